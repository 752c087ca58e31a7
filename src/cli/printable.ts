/** Text fit for a terminal and for one line of a table: control characters are written as escapes. */
export const printable = (text: string): string => text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
