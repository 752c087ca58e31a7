import { ipBytes } from '../../src/ip/ip.js';
import { macBytes } from '../../src/ip/mac.js';
import type { Ip, Mac } from '../../src/ip/types.js';

// Frames and packets byte by byte, right or wrong as a test wants them.

const be = (value: number, octets: number): Buffer => Buffer.from(value.toString(16).padStart(2 * octets, '0'), 'hex');
export const join = (...parts: readonly (Uint8Array | string)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part.replaceAll(' ', ''), 'hex') : part)));
const address = (text: string): Uint8Array => ipBytes(text as Ip);

// RFC 1071.
function checksum(bytes: Uint8Array): Buffer {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return be(~sum & 0xffff, 2);
}

/** IEEE 802.3; `type` in four digits, behind which tags may stand. */
export const ether = (from: string, type: string, body: Uint8Array, to = 'ff:ff:ff:ff:ff:ff'): Buffer =>
  join(macBytes(to as Mac), macBytes(from as Mac), type, body);

/** RFC 826. `head` is that of Ethernet and IPv4. */
export const arp = (operation: 1 | 2, mac: string, ip: string, target: string, head = '0001 0800 06 04'): Buffer =>
  join(head, be(operation, 2), macBytes(mac as Mac), address(ip), '000000000000', address(target));

/** RFC 791 §3.1; `fragment` is the word of flags and offset, `options` are digits of whole words. */
export function ip4(from: string, to: string, protocol: number, body: Uint8Array, fragment = 0, ttl = 64, options = ''): Buffer {
  const length = 20 + options.length / 2;
  const head = (sum: Uint8Array) =>
    join(
      be(0x40 | (length / 4), 1),
      '00',
      be(length + body.length, 2),
      '0001',
      be(fragment, 2),
      be(ttl, 1),
      be(protocol, 1),
      sum,
      address(from),
      address(to),
      options,
    );
  return join(head(checksum(head(be(0, 2)))), body);
}

/** RFC 768, without a checksum. */
export const udp = (from: number, to: number, body: Uint8Array = Buffer.alloc(8)): Buffer => join(be(from, 2), be(to, 2), be(8 + body.length, 2), '0000', body);

/** RFC 792 and RFC 2236: type, code and what follows the checksum. */
export const icmp4 = (type: number, body: Uint8Array = Buffer.alloc(4)): Buffer => {
  const whole = join(be(type, 1), '00', '0000', body);
  return join(whole.subarray(0, 2), checksum(whole), body);
};

/** RFC 8200 §3. */
export const ip6 = (from: string, to: string, next: number, body: Uint8Array, hops = 255): Buffer =>
  join('60000000', be(body.length, 2), be(next, 1), be(hops, 1), address(from), address(to), body);

/** RFC 4443 §2.1, RFC 8200 §8.1. */
export const icmp6 = (from: string, to: string, type: number, body: Uint8Array): Buffer => {
  const whole = join(be(type, 1), '00', '0000', body);
  return join(whole.subarray(0, 2), checksum(join(address(from), address(to), be(whole.length, 4), '000000', be(58, 1), whole)), body);
};

/** What may stand before a packet's payload in IPv6 (RFC 8200 §4), with the number of what follows. Router alert is RFC 2711's. */
export const destinationOptions = (next: number): Buffer => join(be(next, 1), '00 0104 00000000');
export const routerAlert = (next: number): Buffer => join(be(next, 1), '00 05020000 0100');
export const fragment = (next: number, offset: number, more: boolean): Buffer => join(be(next, 1), '00', be((offset & ~7) | (more ? 1 : 0), 2), '00000007');

/** The body of a neighbour's solicitation or advertisement behind its checksum (RFC 4861 §4.3, §4.4). */
export const neighbour = (target: string, ...options: readonly Uint8Array[]): Buffer => join('00000000', address(target), ...options);
/** An option that tells a MAC address: 1 the sender's, 2 the target's. */
export const linkOption = (type: 1 | 2, mac: string): Buffer => join(be(type, 1), '01', macBytes(mac as Mac));
/** The body of a router's advertisement, with a prefix that hosts are to make addresses of (RFC 4861 §4.2, §4.6.2). */
export const routerAdvert = (prefix: string): Buffer => join('40 00 0708 00000000 00000000', '03 04 40 c0 00002000 00001000 00000000', address(prefix));
