import { ipFromBytes } from '../ip/ip.js';
import type { Ip } from '../ip/types.js';
import { labelsOf, type NameKey } from './wire/name-key.js';

/** The address whose reverse name this is (RFC 1035 §3.5, RFC 3596 §2.5); `undefined` for any other name. */
export function reversedIp(key: NameKey): Ip | undefined {
  if (!key.endsWith('\x04arpa')) return undefined;
  const [tree, ...digits] = labelsOf(key).reverse().slice(1);
  if (tree === 'in-addr') return octets4(digits);
  return tree === 'ip6' ? octets6(digits) : undefined;
}

// Each label is an octet in decimal, as it is printed: no leading zeros.
function octets4(digits: readonly string[]): Ip | undefined {
  if (digits.length !== 4 || digits.some((each) => String(Number(each)) !== each)) return undefined;
  const octets = digits.map(Number);
  return octets.every((octet) => Number.isInteger(octet) && octet >= 0 && octet <= 255) ? ipFromBytes(Uint8Array.from(octets)) : undefined;
}

// Each label is four bits as one hexadecimal digit.
function octets6(digits: readonly string[]): Ip | undefined {
  return digits.length === 32 && digits.every((each) => /^[0-9a-f]$/.test(each)) ? ipFromBytes(Buffer.from(digits.join(''), 'hex')) : undefined;
}
