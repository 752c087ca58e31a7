import { randomFillSync } from 'node:crypto';

/** 64 hexadecimal digits, random: the identity of a network, an endpoint or a sandbox (Docker's form). */
export type Id = string;

/** A new identity. */
export const newId = (): Id => randomHex(64);

/** The first 12 digits, as tables show it. */
export const shortId = (id: Id): string => id.slice(0, 12);

// Random bytes are drawn many at a time: a call of the generator costs ten times what it gives to an id.
const drawn = Buffer.alloc(4096);
let used = drawn.length;

/** `digits` random hexadecimal digits: names of links and namespaces are facts made once, not derived from ids. */
export function randomHex(digits: number): string {
  const bytes = Math.ceil(digits / 2);
  if (used + bytes > drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += bytes;
  return drawn.toString('hex', used - bytes, used).slice(0, digits);
}

/** True when the text has the form of a whole id. */
export const isId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
