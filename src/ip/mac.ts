import { randomBytes } from 'node:crypto';
import { failure } from '../base/error.js';
import { ipBytes, ipFromBytes } from './ip.js';
import type { Ip, Mac } from './types.js';

const forms = [/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/, /^[0-9a-f]{2}(-[0-9a-f]{2}){5}$/, /^[0-9a-f]{4}(\.[0-9a-f]{4}){2}$/];

/** Reads six octets as `02:42:0a:00:00:09`, `02-42-0A-00-00-09` or `0242.0a00.0009`. */
export function parseMac(text: string): Mac | undefined {
  const lower = text.toLowerCase();
  if (!forms.some((form) => form.test(lower))) return undefined;
  return macFromBytes(Buffer.from(lower.replace(/[:.-]/g, ''), 'hex'));
}

/** Whether it is of one interface: no group (IEEE 802: bit 0 of the first octet set), and not all zeros. */
export const isUnicast = (mac: Mac): boolean => (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0 && mac !== '00:00:00:00:00:00';

/** The six octets. */
export function macBytes(mac: Mac): Uint8Array {
  const bytes = new Uint8Array(6);
  for (let at = 0; at < 6; at++) bytes[at] = Number.parseInt(mac.slice(3 * at, 3 * at + 2), 16);
  return bytes;
}

/** The address of six octets. Throws `internal` for any other number of them. */
export function macFromBytes(bytes: Uint8Array): Mac {
  if (bytes.length !== 6) throw failure('internal', { reason: `a MAC address of ${bytes.length} octets` });
  let text = digits(bytes[0]);
  for (let at = 1; at < 6; at++) text += `:${digits(bytes[at])}`;
  return text as Mac;
}

// Looked up, and put together by hand: several are made for each attachment.
const DIGITS = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, '0'));
const digits = (octet = 0): string => DIGITS[octet] ?? '';

/** A random address of one interface, locally administered (IEEE 802: bit 0 of the first octet clear, bit 1 set). */
export function randomMac(): Mac {
  const bytes = randomBytes(6);
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 0x02;
  return macFromBytes(bytes);
}

/** `02:42` and the four octets of an IPv4 address, as Docker makes them: the same address is always at the same MAC. Of an IPv6 address, its last four octets. */
export const macFromIp = (ip: Ip): Mac => macFromBytes(Uint8Array.of(0x02, 0x42, ...ipBytes(ip).subarray(-4)));

/** The link-local address that an interface makes of its MAC: fe80:: and the modified EUI-64 (RFC 4291, appendix A). */
export function linkLocalFromMac(mac: Mac): Ip {
  const [first = 0, second = 0, third = 0, ...device] = macBytes(mac);
  return ipFromBytes(Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, first ^ 0x02, second, third, 0xff, 0xfe, ...device));
}

/** One for who has no MAC address of its own, from 16 hexadecimal digits that it alone has: an interface identifier that is no card's (RFC 4291 §2.5.1). */
export function linkLocalFromDigits(digits: string): Ip {
  const [first = 0, ...rest] = Buffer.from(digits.slice(0, 16), 'hex');
  return ipFromBytes(Uint8Array.of(0xfe, 0x80, 0, 0, 0, 0, 0, 0, first & ~0x02, ...rest));
}
