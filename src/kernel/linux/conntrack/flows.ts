import { ipFromBytes } from '../../../ip/ip.js';
import type { Family, Ip } from '../../../ip/types.js';
import { AF_INET, AF_INET6, AF_UNSPEC, NFGEN_HDRLEN, NLA_F_NESTED, NLM_F_ACK, NLM_F_DUMP, NLM_F_REQUEST } from '../netlink/constants.js';
import { attributes, be16, NetlinkFormatError, type NetlinkMessage, u8 } from '../netlink/reader.js';
import * as ct from './constants.js';
import { request, typeOf } from './message.js';

/** A tracked connection: its ends in both directions, and the attributes by which the kernel finds it again. */
export interface Flow {
  readonly family: number;
  readonly original: FlowEnds;
  /** The protocol's number (IANA), and the port that it began with; 0 where it has none. */
  readonly protocol: number;
  readonly port: number;
  readonly reply: FlowEnds;
  readonly tuple: Uint8Array;
  readonly id: Uint8Array | undefined;
  readonly zone: Uint8Array | undefined;
}

/** The addresses of one direction. */
export interface FlowEnds {
  readonly source: Ip;
  readonly destination: Ip;
}

const FAMILIES = { 4: AF_INET, 6: AF_INET6, all: AF_UNSPEC } as const;

/** Asks for every connection of the namespace, or for those of one IP version. */
export const dumpFlows = (sequence: number, family: Family | 'all' = 'all'): Uint8Array =>
  request(ct.IPCTNL_MSG_CT_GET, NLM_F_REQUEST | NLM_F_DUMP, sequence, FAMILIES[family], () => {});

/** A connection from the answers to `dumpFlows`; undefined if the message is of another kind. Throws `NetlinkFormatError`. */
export function decodeFlow(message: NetlinkMessage): Flow | undefined {
  if (message.type !== typeOf(ct.IPCTNL_MSG_CT_NEW)) return undefined;
  const found = attributes(message.payload, NFGEN_HDRLEN);
  const tuple = found.get(ct.CTA_TUPLE_ORIG);
  const reply = found.get(ct.CTA_TUPLE_REPLY);
  if (!tuple || !reply) throw new NetlinkFormatError('a connection without both tuples');
  return {
    family: u8(message.payload),
    original: endsOf(tuple),
    ...serviceOf(tuple),
    reply: endsOf(reply),
    tuple: tuple.slice(),
    id: found.get(ct.CTA_ID)?.slice(),
    zone: found.get(ct.CTA_ZONE)?.slice(),
  };
}

/** True if one of the addresses stands where `deleteByAddress` finds it: as either end, or behind a rewritten destination. */
export const holds = ({ original, reply }: Flow, addresses: ReadonlySet<Ip>): boolean =>
  addresses.has(original.source) || addresses.has(original.destination) || addresses.has(reply.source);

/**
 * Messages that delete just these connections; their sequence numbers count up. One that ended meanwhile is ENOENT: the id keeps
 * the kernel from deleting another that has its ports by now. For many addresses at once,
 * for IPv6, and before Linux 6.12.
 */
export function deleteFlows(flows: Iterable<Flow>, sequence: number): Uint8Array[] {
  return Array.from(flows, ({ family, tuple, id, zone }, index) =>
    request(ct.IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST | NLM_F_ACK, sequence + index, family, (w) => {
      w.attr(ct.CTA_TUPLE_ORIG | NLA_F_NESTED, tuple);
      if (zone) w.attr(ct.CTA_ZONE, zone);
      if (id) w.attr(ct.CTA_ID, id);
    }),
  );
}

function endsOf(tuple: Uint8Array): FlowEnds {
  const nested = attributes(tuple).get(ct.CTA_TUPLE_IP);
  const ip = nested ? attributes(nested) : new Map<number, Uint8Array>();
  return { source: address(ip, ct.CTA_IP_V4_SRC, ct.CTA_IP_V6_SRC), destination: address(ip, ct.CTA_IP_V4_DST, ct.CTA_IP_V6_DST) };
}

function serviceOf(tuple: Uint8Array): Pick<Flow, 'protocol' | 'port'> {
  const nested = attributes(tuple).get(ct.CTA_TUPLE_PROTO);
  const has = nested ? attributes(nested) : new Map<number, Uint8Array>();
  const [number, port] = [has.get(ct.CTA_PROTO_NUM), has.get(ct.CTA_PROTO_DST_PORT)];
  return { protocol: number ? u8(number) : 0, port: port ? be16(port) : 0 };
}

function address(ip: ReadonlyMap<number, Uint8Array>, v4: number, v6: number): Ip {
  const bytes = ip.get(v4) ?? ip.get(v6);
  if (bytes?.length !== 4 && bytes?.length !== 16) throw new NetlinkFormatError('a tuple without addresses');
  return ipFromBytes(bytes);
}
