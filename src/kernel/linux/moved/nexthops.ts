import {
  NHA_ENCAP,
  NHA_ENCAP_TYPE,
  NHA_FDB,
  NHA_GATEWAY,
  NHA_GROUP,
  NHA_GROUP_TYPE,
  NHA_ID,
  NHA_OIF,
  NHA_RES_GROUP,
  NHA_RES_GROUP_UNBALANCED_TIMER,
  NHMSG_LENGTH,
  RTM_GETNEXTHOP,
  RTM_NEWNEXTHOP,
  RTNH_F_ONLINK,
} from '../constants/route.js';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js';
import { attributeList, attributes, u8, u32 } from '../netlink/reader.js';
import type { NetlinkSocket } from '../netlink-socket.js';
import type { Request } from '../request.js';

/** Nexthop objects (`ip nexthop`) as the kernel told of them. They go as their link goes down, and with them the routes that go by them. */
export interface Nexthops {
  /** Those by the link. */
  readonly own: readonly Uint8Array[];
  /** Groups of such. */
  readonly groups: readonly Uint8Array[];
}

/** Those by the link of this index, and the groups that they are in. */
export function nexthopsOf(route: NetlinkSocket, index: number): Nexthops {
  const all = allOf(route);
  const own = all.filter((each) => number(each, NHA_OIF) === index);
  const ids = new Set(own.map(idOf));
  return { own, groups: all.filter((each) => membersOf(each).some((id) => ids.has(id))) };
}

/** The object's number. Throws `NetlinkFormatError`. */
export const idOf = (payload: Uint8Array): number => number(payload, NHA_ID) ?? 0;

/** `ip nexthop add …`, by the link of this index. Throws `NetlinkFormatError`. */
export function layNexthop(payload: Uint8Array, index: number): Request {
  return (w, sequence, flags) =>
    w.message(RTM_NEWNEXTHOP, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, (m) => {
      m.u8(u8(payload)).u8(0).u8(u8(payload, 2)).u8(0);
      m.u32(u32(payload, 4) & RTNH_F_ONLINK).attrU32(NHA_OIF, index);
      for (const { type, nested, body } of attributeList(payload, NHMSG_LENGTH)) {
        if (type === NHA_ENCAP && nested) m.nest(type, (inner) => void inner.bytes(body));
        else if (OF_ONE.has(type)) m.attr(type, body);
      }
    });
}

const OF_ONE: ReadonlySet<number> = new Set([NHA_ID, NHA_GATEWAY, NHA_ENCAP, NHA_ENCAP_TYPE]);

/**
 * `ip nexthop replace id N group …`: the group as it was; undefined where somebody has put others into it meanwhile, or made another object of this
 * number. What is left of it when its members go is fewer of those that it had.
 */
export function layGroup(route: NetlinkSocket, payload: Uint8Array): Request | undefined {
  const now = allOf(route).find((each) => idOf(each) === idOf(payload));
  const had = new Set(membersOf(payload));
  if (now && (membersOf(now).length === 0 || membersOf(now).some((id) => !had.has(id)))) return undefined;
  return (w, sequence, flags) =>
    w.message(RTM_NEWNEXTHOP, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, (m) => {
      m.zero(2).u8(u8(payload, 2)).zero(5);
      for (const { type, body } of attributeList(payload, NHMSG_LENGTH)) {
        if (type === NHA_RES_GROUP) m.nest(type, (inner) => writeAsked(inner, body));
        else if (OF_GROUP.has(type)) m.attr(type, body);
      }
    });
}

const OF_GROUP: ReadonlySet<number> = new Set([NHA_ID, NHA_GROUP, NHA_GROUP_TYPE, NHA_FDB]);

function writeAsked(w: Parameters<Request>[0], body: Uint8Array): void {
  for (const each of attributeList(body)) if (each.type <= NHA_RES_GROUP_UNBALANCED_TIMER) w.attr(each.type, each.body);
}

const allOf = (route: NetlinkSocket): readonly Uint8Array[] =>
  route.dump(
    (w, sequence, flags) => w.message(RTM_GETNEXTHOP, flags, sequence, (m) => m.zero(NHMSG_LENGTH)),
    ({ payload }) => payload.slice(),
  );

function number(payload: Uint8Array, type: number): number | undefined {
  const body = attributes(payload, NHMSG_LENGTH).get(type);
  return body && u32(body);
}

const ENTRY = 8; // struct nexthop_grp

function membersOf(payload: Uint8Array): readonly number[] {
  const group = attributes(payload, NHMSG_LENGTH).get(NHA_GROUP);
  return group ? Array.from({ length: Math.floor(group.length / ENTRY) }, (_, at) => u32(group, at * ENTRY)) : [];
}
