import { failure } from '../base/error.js';
import { familyOf, ipFromNumber, ipNumber, parseIp } from './ip.js';
import type { Family, Ip, Prefix } from './types.js';

/** What a prefix says. */
export interface PrefixParts {
  readonly family: Family;
  /** The number of its first address. */
  readonly base: bigint;
  readonly length: number;
}

/** How many bits an address of the family has. */
export const bitsOf = (family: Family): 32 | 128 => (family === 4 ? 32 : 128);

/** Reads a network as `ADDRESS/LENGTH`. `undefined` for what is none, and where bits behind the length are set. */
export function parsePrefix(text: string): Prefix | undefined {
  const parts = readParts(text);
  return parts && hostBits(parts) === 0n ? print(parts) : undefined;
}

/** Reads a network and clears the bits behind the length: `10.0.0.7/24` is `10.0.0.0/24`. Where `parsePrefix` gives `undefined` and this does not, some were set. */
export function parsePrefixLoose(text: string): Prefix | undefined {
  const parts = readParts(text);
  return parts && makePrefix(parts.family, parts.base, parts.length);
}

/** A prefix that this program's own tables spell. Throws `internal` for what is none. */
export function knownPrefix(text: string): Prefix {
  const prefix = parsePrefix(text);
  if (prefix === undefined) throw failure('internal', { reason: `"${text}" is no prefix` });
  return prefix;
}

/** The network of `length` bits that holds the address of this number. Throws `internal` for a length or number that the family has not. */
export function makePrefix(family: Family, number: bigint, length: number): Prefix {
  if (!Number.isInteger(length) || length < 0 || length > bitsOf(family)) throw failure('internal', { reason: `no IPv${family} prefix has ${length} bits` });
  return print({ family, base: number - hostBits({ family, base: number, length }), length });
}

/** The parts of a prefix. */
export function prefixParts(prefix: Prefix): PrefixParts {
  const ip = networkAddress(prefix);
  return { family: familyOf(ip), base: ipNumber(ip), length: prefixLength(prefix) };
}

/** The IP version of a prefix. */
export const prefixFamily = (prefix: Prefix): Family => (prefix.includes(':') ? 6 : 4);

/** How many bits of the addresses are fixed. */
export const prefixLength = (prefix: Prefix): number => Number(prefix.slice(prefix.indexOf('/') + 1));

/** The first address: the network's own in IPv4, the subnet-router anycast address (RFC 4291, 2.6.1) in IPv6. */
export const networkAddress = (prefix: Prefix): Ip => prefix.slice(0, prefix.indexOf('/')) as Ip;

/** The last address of an IPv4 network of more than two; IPv6 has no broadcast, nor have /31 (RFC 3021) and /32. */
export const broadcast = (prefix: Prefix): Ip | undefined =>
  prefixFamily(prefix) === 4 && prefixLength(prefix) < 31 ? ipFromNumber(lastOf(prefix), 4) : undefined;

/** The number of the first address. */
export const firstOf = (prefix: Prefix): bigint => ipNumber(networkAddress(prefix));

/** The number of the last address. */
export const lastOf = (prefix: Prefix): bigint => firstOf(prefix) + sizeOf(prefix) - 1n;

/** How many addresses there are. */
export const sizeOf = (prefix: Prefix): bigint => sizeOfLength(prefixFamily(prefix), prefixLength(prefix));

/** Whether an address, or the whole of another prefix, is inside. Never across families. */
export function contains(prefix: Prefix, what: Ip | Prefix): boolean {
  const slash = what.indexOf('/');
  const ip = (slash < 0 ? what : what.slice(0, slash)) as Ip;
  if (familyOf(ip) !== prefixFamily(prefix)) return false;
  if (slash >= 0 && Number(what.slice(slash + 1)) < prefixLength(prefix)) return false;
  const host = BigInt(bitsOf(familyOf(ip)) - prefixLength(prefix));
  return ipNumber(ip) >> host === firstOf(prefix) >> host;
}

/** Whether they share an address. Two prefixes do when one is inside the other. */
export const overlaps = (a: Prefix, b: Prefix): boolean => contains(a, b) || contains(b, a);

/** Its networks of `length` bits, in order. None where `length` is shorter than its own. Throws `internal` for a length that the family has not. */
export function* subnets(prefix: Prefix, length: number): Generator<Prefix, void> {
  const { family, base, length: own } = prefixParts(prefix);
  if (length < own) return;
  const last = lastOf(prefix);
  for (let number = base; number <= last; number += sizeOfLength(family, length)) yield makePrefix(family, number, length);
}

const sizeOfLength = (family: Family, length: number): bigint => 1n << BigInt(bitsOf(family) - length);

const hostBits = ({ family, base, length }: PrefixParts): bigint => base & (sizeOfLength(family, length) - 1n);

const print = ({ family, base, length }: PrefixParts): Prefix => `${ipFromNumber(base, family)}/${length}` as Prefix;

function readParts(text: string): PrefixParts | undefined {
  const slash = text.indexOf('/');
  if (slash < 0 || !/^(0|[1-9]\d{0,2})$/.test(text.slice(slash + 1))) return undefined;
  const ip = parseIp(text.slice(0, slash));
  const length = Number(text.slice(slash + 1));
  if (ip === undefined || length > bitsOf(familyOf(ip))) return undefined;
  return { family: familyOf(ip), base: ipNumber(ip), length };
}
