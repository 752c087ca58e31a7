import { randomBytes } from 'node:crypto';

/** 64 hexadecimal digits, random: the identity of a network, an endpoint or a sandbox (Docker's form). */
export type Id = string;

/** A new identity. */
export const newId = (): Id => randomBytes(32).toString('hex');

/** The first 12 digits, as tables show it. */
export const shortId = (id: Id): string => id.slice(0, 12);

/** `digits` random hexadecimal digits: names of links and namespaces are facts made once, not derived from ids. */
export const randomHex = (digits: number): string =>
  randomBytes(Math.ceil(digits / 2))
    .toString('hex')
    .slice(0, digits);

/** True when the text has the form of a whole id. */
export const isId = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);
