/** A section of a TOML file, its keys in lower case. */
export type Section = Readonly<Record<string, unknown>>;

/** A section as Go's decoder reads it: keys have any case. */
export const lowered = (value: unknown): Section =>
  typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key.toLowerCase(), each])) : {};

/** The text at a key; empty where there is none. Throws where it is something else. */
export function textAt(section: Section, key: string): string {
  const value = section[key] ?? '';
  if (typeof value === 'string') return value;
  throw new Error(`${key} is no text`);
}

/** The same of a number; 0 where there is none. */
export function numberAt(section: Section, key: string): number {
  const value = section[key] ?? 0;
  if (typeof value === 'number') return value;
  throw new Error(`${key} is no number`);
}

/** The same of `true` and `false`. */
export function yesAt(section: Section, key: string): boolean {
  const value = section[key] ?? false;
  if (typeof value === 'boolean') return value;
  throw new Error(`${key} is neither true nor false`);
}
