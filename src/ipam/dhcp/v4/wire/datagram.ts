import { ipBytes, ipFromBytes } from '../../../../ip/ip.js';
import { macBytes, macFromBytes } from '../../../../ip/mac.js';
import type { Ip, Mac } from '../../../../ip/types.js';
import { sumOf } from '../../wire/checksum.js';
import type { Datagram } from '../../wire/datagram.js';

export const BROADCAST_MAC = 'ff:ff:ff:ff:ff:ff' as Mac;
export const BROADCAST_IP = '255.255.255.255' as Ip;
export const NO_IP = '0.0.0.0' as Ip;

// IEEE 802.3; RFC 791 §3.1 and RFC 768, each from the beginning of its own header.
const [ETHERNET, IPV4, UDP] = [14, 20, 8];
const [ETHERTYPE_IPV4, PROTOCOL_UDP, LIFETIME] = [0x0800, 17, 64];
const FRAGMENT = 0x3fff; // "more follow" and the offset

/** The octets of a frame. */
export function encodeDatagram({ from, to, body }: Datagram): Uint8Array {
  const bytes = new Uint8Array(ETHERNET + IPV4 + UDP + body.length);
  const view = new DataView(bytes.buffer);
  const [ip, udp] = [ETHERNET, ETHERNET + IPV4];
  bytes.set(macBytes(to.mac));
  bytes.set(macBytes(from.mac), 6);
  view.setUint16(12, ETHERTYPE_IPV4);
  view.setUint8(ip, 0x45);
  view.setUint16(ip + 2, IPV4 + UDP + body.length);
  bytes.set([LIFETIME, PROTOCOL_UDP], ip + 8);
  bytes.set(ipBytes(from.ip), ip + 12);
  bytes.set(ipBytes(to.ip), ip + 16);
  view.setUint16(ip + 10, ~sumOf(view, ip, IPV4) & 0xffff);
  view.setUint16(udp, from.port);
  view.setUint16(udp + 2, to.port);
  view.setUint16(udp + 4, UDP + body.length);
  bytes.set(body, udp + UDP);
  const sum = sumOf(view, udp, UDP + body.length, pseudo(view, ip, UDP + body.length));
  // 0 says that there is none (RFC 768).
  view.setUint16(udp + 6, ~sum & 0xffff || 0xffff);
  return bytes;
}

/**
 * Reads a frame. `undefined` for what is none, for a part of a datagram, and where a checksum is wrong. What a program on this very machine
 * sent through a virtual link is not finished: its checksum covers the pseudo header alone (CHECKSUM_PARTIAL of include/linux/skbuff.h), and
 * that is as good. Takes any octets.
 */
export function readDatagram(bytes: Uint8Array): Datagram | undefined {
  const [view, ip] = [new DataView(bytes.buffer, bytes.byteOffset, bytes.length), ETHERNET];
  if (bytes.length < ETHERNET + IPV4 + UDP || view.getUint16(12) !== ETHERTYPE_IPV4) return undefined;
  const [first, total] = [view.getUint8(ip), view.getUint16(ip + 2)];
  const header = (first & 0xf) * 4;
  if (first >> 4 !== 4 || header < IPV4 || total < header + UDP || bytes.length < ip + total) return undefined;
  if (sumOf(view, ip, header) !== 0xffff || (view.getUint16(ip + 6) & FRAGMENT) !== 0 || view.getUint8(ip + 9) !== PROTOCOL_UDP) return undefined;
  const udp = ip + header;
  const length = view.getUint16(udp + 4);
  if (length < UDP || length > total - header || !isWhole(view, ip, udp, length)) return undefined;
  return {
    from: { mac: macFromBytes(bytes.subarray(6, 12)), ip: ipFromBytes(bytes.subarray(ip + 12, ip + 16)), port: view.getUint16(udp) },
    to: { mac: macFromBytes(bytes.subarray(0, 6)), ip: ipFromBytes(bytes.subarray(ip + 16, ip + 20)), port: view.getUint16(udp + 2) },
    body: bytes.subarray(udp + UDP, udp + length),
  };
}

function isWhole(view: DataView, ip: number, udp: number, length: number): boolean {
  const [said, before] = [view.getUint16(udp + 6), pseudo(view, ip, length)];
  return said === 0 || said === before || sumOf(view, udp, length, before) === 0xffff;
}

// What UDP's checksum covers beside itself: both addresses, the protocol, the length.
const pseudo = (view: DataView, ip: number, length: number): number => sumOf(view, ip + 12, 8, PROTOCOL_UDP + length);
