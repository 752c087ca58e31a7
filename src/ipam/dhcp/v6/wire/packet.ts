import { ipBytes, ipFromBytes } from '../../../../ip/ip.js';
import { macBytes, macFromBytes } from '../../../../ip/mac.js';
import type { Ip, Mac } from '../../../../ip/types.js';
import { sumOf } from '../../wire/checksum.js';

/** What IPv6 carries in a frame of Ethernet, without extension headers: RFC 8200 §3. */
export interface Packet {
  readonly from: { readonly mac: Mac; readonly ip: Ip };
  readonly to: { readonly mac: Mac; readonly ip: Ip };
  readonly protocol: number;
  readonly hops: number;
  readonly body: Uint8Array;
}

const [ETHERNET, IPV6, ETHERTYPE_IPV6] = [14, 40, 0x86dd];

/** The octets of a frame; the checksum of what it carries is written at `checksum` of the body, over what stands there. */
export function encodePacket({ from, to, protocol, hops, body }: Packet, checksum: number): Uint8Array {
  const bytes = new Uint8Array(ETHERNET + IPV6 + body.length);
  const view = new DataView(bytes.buffer);
  bytes.set(macBytes(to.mac));
  bytes.set(macBytes(from.mac), 6);
  view.setUint16(12, ETHERTYPE_IPV6);
  view.setUint8(ETHERNET, 0x60);
  view.setUint16(ETHERNET + 4, body.length);
  bytes.set([protocol, hops], ETHERNET + 6);
  bytes.set(ipBytes(from.ip), ETHERNET + 8);
  bytes.set(ipBytes(to.ip), ETHERNET + 24);
  bytes.set(body, ETHERNET + IPV6);
  const at = ETHERNET + IPV6 + checksum;
  view.setUint16(at, 0);
  // 0 would say that there is none, which IPv6 does not have (§8.1).
  view.setUint16(at, ~sumOf(view, ETHERNET + IPV6, body.length, pseudo(view, protocol, body.length)) & 0xffff || 0xffff);
  return bytes;
}

/**
 * Reads a frame whose checksum is at that place. `undefined` for what is none, and where the checksum is wrong; one that covers the pseudo
 * header alone is as good (see v4/wire/datagram.ts). Takes any octets.
 */
export function readPacket(bytes: Uint8Array, protocol: number, checksum: number): Packet | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < ETHERNET + IPV6 || view.getUint16(12) !== ETHERTYPE_IPV6 || view.getUint8(ETHERNET) >> 4 !== 6) return undefined;
  const length = view.getUint16(ETHERNET + 4);
  if (view.getUint8(ETHERNET + 6) !== protocol || length < checksum + 2 || bytes.length < ETHERNET + IPV6 + length) return undefined;
  const [said, before] = [view.getUint16(ETHERNET + IPV6 + checksum), pseudo(view, protocol, length)];
  if (said === 0 || (said !== before && sumOf(view, ETHERNET + IPV6, length, before) !== 0xffff)) return undefined;
  const ip = (at: number) => ipFromBytes(bytes.subarray(ETHERNET + at, ETHERNET + at + 16));
  return {
    from: { mac: macFromBytes(bytes.subarray(6, 12)), ip: ip(8) },
    to: { mac: macFromBytes(bytes.subarray(0, 6)), ip: ip(24) },
    protocol,
    hops: view.getUint8(ETHERNET + 7),
    body: bytes.subarray(ETHERNET + IPV6, ETHERNET + IPV6 + length),
  };
}

// What the checksum covers beside the body (§8.1): both addresses, the length, the protocol.
const pseudo = (view: DataView, protocol: number, length: number): number => sumOf(view, ETHERNET + 8, 32, protocol + length);
