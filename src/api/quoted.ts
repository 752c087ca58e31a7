const MOST = 40;

/** Somebody's text, fit for a message: in quotes, control characters escaped, cut where it is long. */
export const quoted = (text: string): string => JSON.stringify(text.length > MOST ? `${text.slice(0, MOST)}…` : text);
