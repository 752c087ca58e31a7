import type { Strings } from '../../model/records.js';

/** Reads Docker's `--link`: `db:database`, or `db` for a name that is not changed. Whether names can be looked up is for the engine to say. */
export function parseLink(text: string): Strings {
  const at = text.indexOf(':');
  // As an entry, for which `__proto__` is a name like any other.
  return Object.fromEntries([at < 0 ? [text, text] : [text.slice(at + 1), text.slice(0, at)]]);
}

/** Those of several flags as one. */
export const parseLinks = (texts: readonly string[]): Strings => Object.fromEntries(texts.flatMap((text) => Object.entries(parseLink(text))));
