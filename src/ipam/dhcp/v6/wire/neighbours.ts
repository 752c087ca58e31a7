import { ipBytes, ipFromBytes, isUnspecified } from '../../../../ip/ip.js';
import { macBytes } from '../../../../ip/mac.js';
import type { Ip } from '../../../../ip/types.js';
import { encodePacket, type Packet, readPacket } from './packet.js';

// RFC 4861 §4.3 and §4.4: type, code, checksum, flags, target, then options.
const [ICMPV6, CHECKSUM, SOLICITATION, ADVERTISEMENT, HOPS] = [58, 2, 135, 136, 255];
const [FLAGS, TARGET, OPTIONS, TARGET_LINK_LAYER] = [4, 8, 24, 2];
const SOLICITED_OVERRIDE = 0x6000_0000;

/** A neighbour's question whose an address is. */
export interface Solicitation {
  readonly target: Ip;
  readonly from: Packet['from'];
}

/** Reads a frame. `undefined` for what is none, for one from another segment, and for that of who has no address yet. Takes any octets. */
export function readSolicitation(bytes: Uint8Array): Solicitation | undefined {
  const packet = readPacket(bytes, ICMPV6, CHECKSUM);
  if (packet === undefined || packet.hops !== HOPS || packet.body.length < OPTIONS) return undefined;
  const { body, from } = packet;
  if (body[0] !== SOLICITATION || body[1] !== 0 || isUnspecified(from.ip)) return undefined;
  return { target: ipFromBytes(body.subarray(TARGET, TARGET + 16)), from };
}

/** The frame that answers one: the address is at this place. */
export function encodeAdvertisement(from: Packet['from'], to: Packet['to']): Uint8Array {
  const body = new Uint8Array(OPTIONS + 8);
  body[0] = ADVERTISEMENT;
  new DataView(body.buffer).setUint32(FLAGS, SOLICITED_OVERRIDE);
  body.set(ipBytes(from.ip), TARGET);
  body.set([TARGET_LINK_LAYER, 1, ...macBytes(from.mac)], OPTIONS);
  return encodePacket({ from, to, protocol: ICMPV6, hops: HOPS, body }, CHECKSUM);
}
