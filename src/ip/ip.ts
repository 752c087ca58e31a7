import ipaddr from 'ipaddr.js';
import { failure } from '../base/error.js';
import type { Family, Ip } from './types.js';

const longestText = 45; // INET6_ADDRSTRLEN of netinet/in.h without its terminator

/**
 * Reads an address. `undefined` for what is none, and for what only some programs read: leading zeros, short and
 * hexadecimal IPv4, zone ids (RFC 4007: they name a link of one host). An IPv4-mapped IPv6 address stays IPv6.
 */
export function parseIp(text: string): Ip | undefined {
  if (text.length > longestText) return undefined;
  if (isFourParts(text)) return text as Ip;
  if (!text.includes(':') || text.includes('%') || !ipaddr.IPv6.isValid(text)) return undefined;
  const tail = text.slice(text.lastIndexOf(':') + 1);
  if (tail.includes('.') && !isFourParts(tail)) return undefined;
  return print6(ipaddr.IPv6.parse(text).toByteArray());
}

const [DOT, ZERO] = [0x2e, 0x30];

// Character by character: every element of every set is read by this, and a regular expression costs ten times as much.
function isFourParts(text: string): boolean {
  if (text.length > 15) return false;
  let [parts, part, digits] = [1, 0, 0];
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0) return false;
      [parts, part, digits] = [parts + 1, 0, 0];
      continue;
    }
    // A leading zero is octal to some programs.
    if (code < ZERO || code > ZERO + 9 || (digits > 0 && part === 0)) return false;
    part = part * 10 + code - ZERO;
    if (part > 255) return false;
    digits++;
  }
  return parts === 4 && digits > 0;
}

/** The IP version of an address. */
export const familyOf = (ip: Ip): Family => (ip.includes(':') ? 6 : 4);

/** The address in network order: 4 or 16 octets. */
export function ipBytes(ip: Ip): Uint8Array {
  if (familyOf(ip) === 6) return Uint8Array.from(ipaddr.IPv6.parse(ip).toByteArray());
  const bytes = new Uint8Array(4);
  let part = 0;
  // By character, as they are read: taking the text apart costs five times as much, and each attachment needs a handful.
  for (let at = 0; at < ip.length; at++) {
    const code = ip.charCodeAt(at);
    if (code === DOT) part++;
    else bytes[part] = (bytes[part] ?? 0) * 10 + code - ZERO;
  }
  return bytes;
}

/** The address of 4 or 16 octets in network order. Throws `internal` for any other number of them. */
export function ipFromBytes(bytes: Uint8Array): Ip {
  if (bytes.length === 4) return bytes.join('.') as Ip;
  if (bytes.length === 16) return print6([...bytes]);
  throw failure('internal', { reason: `an address of ${bytes.length} octets` });
}

/** The address as a number, below 2^32 or 2^128. */
export function ipNumber(ip: Ip): bigint {
  if (familyOf(ip) === 4) return BigInt(ip.split('.').reduce((number, octet) => number * 256 + Number(octet), 0));
  return BigInt(`0x${Buffer.from(ipBytes(ip)).toString('hex')}`);
}

/** The address of that number. Throws `internal` when the family has no such number. */
export function ipFromNumber(number: bigint, family: Family): Ip {
  const octets = family === 4 ? 4 : 16;
  if (number < 0n || number >> BigInt(octets * 8) !== 0n) throw failure('internal', { reason: `${number} is no number of an IPv${family} address` });
  return ipFromBytes(Buffer.from(number.toString(16).padStart(octets * 2, '0'), 'hex'));
}

/** Valid on one link only: 169.254.0.0/16 (RFC 3927) and fe80::/10 (RFC 4291). */
export function isLinkLocal(ip: Ip): boolean {
  const [first = 0, second = 0] = ipBytes(ip);
  return familyOf(ip) === 4 ? first === 169 && second === 254 : first === 0xfe && (second & 0xc0) === 0x80;
}

/** A group: 224.0.0.0/4 (RFC 5771) and ff00::/8 (RFC 4291). */
export function isMulticast(ip: Ip): boolean {
  const [first = 0] = ipBytes(ip);
  return familyOf(ip) === 4 ? first >= 224 && first < 240 : first === 0xff;
}

/** No address: 0.0.0.0 and ::. */
export const isUnspecified = (ip: Ip): boolean => ip === '0.0.0.0' || ip === '::';

/** The host itself: 127.0.0.0/8 (RFC 1122) and ::1. */
export const isLoopback = (ip: Ip): boolean => ip.startsWith('127.') || ip === '::1';

// RFC 5952; section 5 for IPv4-mapped addresses, which end in IPv4's form as inet_ntop and iproute2 print them.
function print6(bytes: number[]): Ip {
  const mapped = bytes[10] === 0xff && bytes[11] === 0xff && bytes.slice(0, 10).every((octet) => octet === 0);
  return (mapped ? `::ffff:${bytes.slice(12).join('.')}` : ipaddr.fromByteArray(bytes).toString()) as Ip;
}
