import { ipBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { NFGEN_HDRLEN, NLA_HDRLEN } from '../netlink/constants.js';
import { be16, findAttribute, u16, u32 } from '../netlink/reader.js';
import * as ct from './constants.js';
import { beganAt, type HostPort } from './delete-by-port.js';
import { type Flow, holds } from './flows.js';

/** Whose tracked connections are looked for. */
export interface Sought {
  readonly addresses: ReadonlySet<Ip>;
  readonly ports: readonly HostPort[];
}

/** Whether a connection is one of them. */
export const isSought = (flow: Flow, { addresses, ports }: Sought): boolean => holds(flow, addresses) || ports.some((port) => beganAt(flow, port));

/**
 * Tells of a message of a dump whether its connection can be one of them; nearly all of a hundred thousand are not. It looks at destination ports and at the
 * last 32 bits of addresses, and makes no objects: a tenth of what reading the whole message takes. Throws `NetlinkFormatError`.
 */
export function sieveFor({ addresses, ports }: Sought): (payload: Uint8Array) => boolean {
  const tails = new Set(Array.from(addresses, (ip) => tailAt(ipBytes(ip), 0, ipBytes(ip).length)));
  const numbers = new Set(ports.map(({ port }) => port));
  const hasEnd = (payload: Uint8Array, tuple: number, ends: readonly number[]): boolean => {
    const ip = inside(payload, tuple, ct.CTA_TUPLE_IP);
    if (ip < 0) return false;
    return ends.some((type) => {
      const end = inside(payload, ip, type);
      return end >= 0 && tails.has(tailAt(payload, end + NLA_HDRLEN, u16(payload, end) - NLA_HDRLEN));
    });
  };
  const hasPort = (payload: Uint8Array, tuple: number): boolean => {
    const protocol = inside(payload, tuple, ct.CTA_TUPLE_PROTO);
    const port = protocol < 0 ? -1 : inside(payload, protocol, ct.CTA_PROTO_DST_PORT);
    return port >= 0 && numbers.has(be16(payload, port + NLA_HDRLEN));
  };
  return (payload) => {
    const original = findAttribute(payload, NFGEN_HDRLEN, payload.length, ct.CTA_TUPLE_ORIG);
    const reply = findAttribute(payload, NFGEN_HDRLEN, payload.length, ct.CTA_TUPLE_REPLY);
    // Whoever reads it whole says what is wrong with it.
    if (original < 0 || reply < 0) return true;
    return hasEnd(payload, original, EITHER) || hasEnd(payload, reply, SOURCE) || (numbers.size > 0 && hasPort(payload, original));
  };
}

const SOURCE = [ct.CTA_IP_V4_SRC, ct.CTA_IP_V6_SRC];
const EITHER = [...SOURCE, ct.CTA_IP_V4_DST, ct.CTA_IP_V6_DST];

const inside = (payload: Uint8Array, nested: number, type: number): number => findAttribute(payload, nested + NLA_HDRLEN, nested + u16(payload, nested), type);

const tailAt = (bytes: Uint8Array, at: number, length: number): number => (length < 4 ? -1 : u32(bytes, at + length - 4));
