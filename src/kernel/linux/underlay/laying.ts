import type { Belonging } from '../../../resource/enslaved.js';
import {
  IFA_ADDRESS,
  IFA_BROADCAST,
  IFA_CACHEINFO,
  IFA_F_HOMEADDRESS,
  IFA_F_MANAGETEMPADDR,
  IFA_F_MCAUTOJOIN,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_F_TENTATIVE,
  IFA_FLAGS,
  IFA_LABEL,
  IFA_LOCAL,
  IFA_PROTO,
  IFA_RT_PRIORITY,
  IFADDR_LENGTH,
  RTM_DELADDR,
  RTM_NEWADDR,
} from '../constants/address.js';
import {
  IP6_RT_PRIO_USER,
  NDA_DST,
  NDA_LLADDR,
  NDA_PROTOCOL,
  NDMSG_LENGTH,
  NTF_PROXY,
  NTF_ROUTER,
  NUD_PERMANENT,
  NUD_STALE,
  RTA_CACHEINFO,
  RTA_ENCAP,
  RTA_ENCAP_TYPE,
  RTA_EXPIRES,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_NH_ID,
  RTA_OIF,
  RTA_PRIORITY,
  RTA_VIA,
  RTM_DELNEIGH,
  RTM_DELROUTE,
  RTM_NEWNEIGH,
  RTM_NEWROUTE,
  RTMSG_LENGTH,
  RTNH_F_ONLINK,
  RTNH_F_PERVASIVE,
  RTPROT_RA,
} from '../constants/route.js';
import { AF_INET6 } from '../constants/socket.js';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_REPLACE } from '../netlink/constants.js';
import { attributeList, attributes, text, u8, u16, u32 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { payloadOf } from './belongings.js';

/** From which link to which, by their indexes. */
export interface Way {
  readonly from: number;
  readonly to: number;
}

/**
 * Makes it on the link `to` as it is on `from`, beside that; undefined for what has run out. `label` is the name that an address of IPv4 has beside
 * (eth1:1), which only its own link can give it.
 */
export function lay(each: Belonging, way: Way, label?: string): Request | undefined {
  const payload = payloadOf(each);
  switch (each.kind) {
    case 'address':
      return layAddress(payload, way.to, label);
    case 'route':
      return hasExpired(payload)
        ? undefined
        : (w, sequence, flags) => w.message(RTM_NEWROUTE, flags | NLM_F_CREATE | NLM_F_APPEND, sequence, (m) => writeRoute(m, payload, way, way.to));
    case 'neighbour':
      return (w, sequence, flags) => w.message(RTM_NEWNEIGH, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, (m) => writeNeighbour(m, payload, way.to));
  }
}

/**
 * The same of a route whose gateway no address of the link reaches any more: it stays where it is when that address goes, and the kernel makes another like it only
 * for whoever says that the gateway is on the link (`onlink`). Undefined for what has no gateway.
 */
export function layOnLink(each: Belonging, way: Way): Request | undefined {
  const payload = payloadOf(each);
  if (each.kind !== 'route' || !attributes(payload, RTMSG_LENGTH).has(RTA_GATEWAY)) return undefined;
  payload.set([u8(payload, FLAGS_OF_ROUTE) | RTNH_F_ONLINK], FLAGS_OF_ROUTE);
  return lay({ ...each, told: Buffer.from(payload).toString('hex') }, way);
}

/**
 * The same of a route of IPv4 that has several ways, by those of its own link alone, or by the others: a link that is down or gone has the kernel refuse them
 * all. Undefined for any other.
 */
export function layPart(each: Belonging, way: Way, part: WaysPart): Request | undefined {
  const payload = payloadOf(each);
  if (each.kind !== 'route' || u8(payload) === AF_INET6 || !attributes(payload, RTMSG_LENGTH).has(RTA_MULTIPATH)) return undefined;
  return (w, sequence, flags) => w.message(RTM_NEWROUTE, flags | NLM_F_CREATE | NLM_F_APPEND, sequence, (m) => writeRoute(m, payload, way, way.to, part));
}

/** Of the ways of a route, those of its own link or the others. */
export type WaysPart = 'own' | 'others';

/** Takes it away from the link `from`. */
export function clear(each: Belonging, { from }: Way): Request {
  const payload = payloadOf(each);
  switch (each.kind) {
    case 'address':
      return (w, sequence, flags) => w.message(RTM_DELADDR, flags, sequence, (m) => writeAddress(m, payload, from, NAME_OF_ADDRESS));
    case 'route':
      return (w, sequence, flags) => w.message(RTM_DELROUTE, flags, sequence, (m) => writeRoute(m, payload, { from, to: from }, undefined));
    case 'neighbour':
      return (w, sequence, flags) => w.message(RTM_DELNEIGH, flags, sequence, (m) => writeNeighbour(m, payload, from));
  }
}

/** The name that an address of IPv4 has beside, if any. */
export const labelOf = (each: Belonging): string | undefined => {
  const label = each.kind === 'address' ? attributes(payloadOf(each), IFADDR_LENGTH).get(IFA_LABEL) : undefined;
  return label && text(label);
};

/**
 * Whether it is not known, of an address of IPv6, that nobody else has it: the kernel is asking yet (RFC 4862 §5.4), or somebody answered. Nothing is lost
 * while such a one is moved, and where it is laid the kernel asks again.
 */
export const isUnsure = (each: Belonging): boolean => each.kind === 'address' && asksFirst(payloadOf(each));

const asksFirst = (payload: Uint8Array): boolean => u8(payload) === AF_INET6 && (flagsOf(payload) & (IFA_F_TENTATIVE | IFA_F_NODAD)) === IFA_F_TENTATIVE;

function flagsOf(payload: Uint8Array): number {
  const given = attributes(payload, IFADDR_LENGTH).get(IFA_FLAGS);
  return given ? u32(given) : u8(payload, 2);
}

function layAddress(payload: Uint8Array, to: number, label: string | undefined): Request | undefined {
  const lifetimes = attributes(payload, IFADDR_LENGTH).get(IFA_CACHEINFO);
  if (lifetimes && u32(lifetimes, 4) === 0) return undefined;
  return (w, sequence, flags) =>
    w.message(RTM_NEWADDR, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, (m) => {
      writeAddress(m, payload, to, ALL_OF_ADDRESS);
      if (label !== undefined) m.attrString(IFA_LABEL, label);
    });
}

const NAME_OF_ADDRESS: readonly number[] = [IFA_LOCAL, IFA_ADDRESS];

const ALL_OF_ADDRESS: readonly number[] = [IFA_LOCAL, IFA_ADDRESS, IFA_BROADCAST, IFA_CACHEINFO, IFA_FLAGS, IFA_RT_PRIORITY, IFA_PROTO];
// What may be asked for; the rest tells how it is. That it is temporary (RFC 8981) cannot be asked for: it lives out its time as another would.
const ASKED_FLAGS = IFA_F_HOMEADDRESS | IFA_F_MANAGETEMPADDR | IFA_F_NOPREFIXROUTE | IFA_F_MCAUTOJOIN;

function writeAddress(w: Writer, payload: Uint8Array, index: number, wanted: readonly number[]): void {
  const has = attributes(payload, IFADDR_LENGTH);
  const six = u8(payload) === AF_INET6;
  const flags = (flagsOf(payload) & ASKED_FLAGS) | (six && !asksFirst(payload) ? IFA_F_NODAD : 0);
  w.bytes(payload.subarray(0, 2))
    .u8(flags & 0xff)
    .u8(u8(payload, 3))
    .u32(index);
  for (const type of wanted) {
    const body = has.get(type);
    if (type === IFA_FLAGS) w.attrU32(IFA_FLAGS, flags);
    else if (body) w.attr(type, body);
  }
}

/**
 * A route, with one link in the place of the other in all its ways. `made` is the link on which it is made; none where it is taken away.
 * The way that a router advertised is one of the kernel's own, which cannot be asked for; an equal one would keep it from taking the next advertisement
 * (ndisc_router_discovery of net/ipv6/ndisc.c). What is made stands behind it until it has come.
 * Of several ways IPv6 takes each for a route of its own, and would refuse those of other links, which are there.
 */
function writeRoute(
  w: Writer,
  payload: Uint8Array,
  { from, to }: Way,
  made: number | undefined,
  part: WaysPart | undefined = u8(payload) === AF_INET6 ? 'own' : undefined,
): void {
  const six = u8(payload) === AF_INET6;
  const standsIn = six && made !== undefined && u8(payload, 5) === RTPROT_RA && attributes(payload, RTMSG_LENGTH).has(RTA_GATEWAY);
  const byObject = attributes(payload, RTMSG_LENGTH).has(RTA_NH_ID);
  const index = (number: number): number => (number === from ? to : number);
  w.bytes(payload.subarray(0, 8)).u32(byObject ? 0 : u32(payload, 8) & ASKED_OF_WAY);
  for (const { type, nested, body } of attributeList(payload, RTMSG_LENGTH)) {
    if (byObject && TOLD_BY_OBJECT.has(type)) continue;
    if (type === RTA_OIF) w.attrU32(RTA_OIF, index(u32(body)));
    else if (type === RTA_MULTIPATH) w.attr(RTA_MULTIPATH, (m) => writeWays(m, body, index, (number) => !part || (number === from) === (part === 'own')));
    else if (type === RTA_CACHEINFO) writeExpiry(w, body, six);
    else if (type === RTA_PRIORITY && standsIn) w.attrU32(RTA_PRIORITY, IP6_RT_PRIO_USER + 1);
    else if (nested) w.nest(type, (m) => void m.bytes(body));
    else w.attr(type, body);
  }
}

// The kernel tells of the object's ways too, and refuses both in one request (fib_create_info of net/ipv4/fib_semantics.c).
const TOLD_BY_OBJECT: ReadonlySet<number> = new Set([RTA_OIF, RTA_GATEWAY, RTA_VIA, RTA_MULTIPATH, RTA_ENCAP, RTA_ENCAP_TYPE]);
const FLAGS_OF_ROUTE = 8;
const ASKED_OF_WAY = RTNH_F_ONLINK | RTNH_F_PERVASIVE;

// struct rtnexthop: length u16, flags u8, hops u8, index i32, then the attributes of this way.
function writeWays(w: Writer, ways: Uint8Array, index: (number: number) => number, isWanted: (number: number) => boolean): void {
  for (let at = 0; at + 8 <= ways.length; ) {
    const length = u16(ways, at);
    if (length < 8 || at + length > ways.length) return;
    const number = u32(ways, at + 4);
    if (isWanted(number))
      w.u16(length)
        .u8(u8(ways, at + 2) & ASKED_OF_WAY)
        .u8(u8(ways, at + 3))
        .u32(index(number))
        .bytes(ways.subarray(at + 8, at + ((length + 3) & ~3)));
    at += (length + 3) & ~3;
  }
}

// How long it is there yet: told in hundredths of a second (USER_HZ), asked for in seconds. Less than nothing is left of one that the kernel is about to remove.
const leftOf = (body: Uint8Array): number => (body.length >= 12 ? u32(body, 8) | 0 : 0);

function hasExpired(payload: Uint8Array): boolean {
  const body = u8(payload) === AF_INET6 ? attributes(payload, RTMSG_LENGTH).get(RTA_CACHEINFO) : undefined;
  return body !== undefined && leftOf(body) < 0;
}

function writeExpiry(w: Writer, body: Uint8Array, six: boolean): void {
  const left = leftOf(body);
  if (six && left > 0) w.attrU32(RTA_EXPIRES, Math.ceil(left / 100));
}

// What is not permanent is believed, and asked again when it is used. For whom the host answers (a proxy's entry) there is nothing to be known.
function writeNeighbour(w: Writer, payload: Uint8Array, index: number): void {
  const has = attributes(payload, NDMSG_LENGTH);
  const flags = u8(payload, 10) & (NTF_PROXY | NTF_ROUTER);
  const permanent = (u16(payload, 8) & NUD_PERMANENT) !== 0 || (flags & NTF_PROXY) !== 0;
  w.u8(u8(payload))
    .zero(3)
    .u32(index)
    .u16(permanent ? NUD_PERMANENT : NUD_STALE)
    .u8(flags)
    .u8(0);
  for (const type of [NDA_DST, NDA_LLADDR, NDA_PROTOCOL]) {
    const body = has.get(type);
    if (body) w.attr(type, body);
  }
}
