import { splitInterfaceAddress, subnetOf } from '../../ip/interface-address.js';
import { familyOf, ipBytes } from '../../ip/ip.js';
import { networkAddress, prefixLength } from '../../ip/prefix.js';
import type { Family, InterfaceAddress, Ip, Prefix } from '../../ip/types.js';
import type { RouteResource } from '../../resource/resource.js';
import { IP6_SUBNET_METRIC } from '../../resource/subnet-metric.js';
import {
  IP6_RT_PRIO_USER,
  RT_SCOPE_HOST,
  RT_SCOPE_LINK,
  RT_SCOPE_NOWHERE,
  RT_SCOPE_UNIVERSE,
  RT_TABLE_LOCAL,
  RT_TABLE_MAIN,
  RTA_DST,
  RTA_GATEWAY,
  RTA_MULTIPATH,
  RTA_OIF,
  RTA_PREFSRC,
  RTA_PRIORITY,
  RTA_TABLE,
  RTM_DELROUTE,
  RTM_GETROUTE,
  RTM_NEWROUTE,
  RTMSG_LENGTH,
  RTN_LOCAL,
  RTN_UNICAST,
  RTPROT_FAIRLEAD,
  RTPROT_KERNEL,
  RTPROT_UNSPEC,
} from './constants/route.js';
import { AF_INET, AF_INET6 } from './constants/socket.js';
import { ipIn } from './ip-attribute.js';
import { NLM_F_APPEND, NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './netlink/constants.js';
import { attributes, u8, u16, u32 } from './netlink/reader.js';
import type { Writer } from './netlink/writer.js';
import type { Request } from './request.js';

/** A route as the kernel tells of it. */
export interface RouteState {
  readonly family: Family;
  readonly table: number;
  readonly type: number;
  readonly protocol: number;
  readonly to: Prefix | 'default';
  readonly via?: Ip;
  /** The index of the link; of the first one where the route has several ways. */
  readonly dev?: number;
  /** What the host's own packets have as their source there. */
  readonly source?: Ip;
  readonly metric?: number;
}

/** `ip route add TO via GATEWAY dev LINK protocol 250` */
export const addRoute = (index: number, route: RouteResource): Request => {
  // Local ones differ by their link alone: exclusive would be said of them all. A second of one link is EEXIST without it, too.
  const how = route.local ? NLM_F_CREATE | NLM_F_APPEND : NLM_F_CREATE | NLM_F_EXCL;
  return (w, sequence, flags) => message(w, RTM_NEWROUTE, flags | how, sequence, index, route);
};

/** `ip route replace …`: without a moment in which there is none. */
export const replaceRoute = (index: number, route: RouteResource): Request => {
  return (w, sequence, flags) => message(w, RTM_NEWROUTE, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, index, route);
};

/** `ip route delete …`, of whatever protocol. */
export const deleteRoute = (index: number, route: RouteResource): Request => {
  return (w, sequence, flags) => message(w, RTM_DELROUTE, flags, sequence, index, route);
};

/** The route to its subnet that came with an address, made again as the kernel makes it (fib_magic of net/ipv4/fib_frontend.c, addrconf_prefix_route of net/ipv6/addrconf.c): behind what others have there. */
export const addSubnetRoute = (index: number, address: InterfaceAddress): Request => {
  const { ip } = splitInterfaceAddress(address);
  const subnet = subnetOf(address);
  const four = familyOf(ip) === 4;
  return (w, sequence, flags) =>
    w.message(RTM_NEWROUTE, flags | NLM_F_CREATE | NLM_F_APPEND, sequence, (m) => {
      m.u8(four ? AF_INET : AF_INET6)
        .u8(prefixLength(subnet))
        .u16(0)
        .u8(RT_TABLE_MAIN)
        .u8(RTPROT_KERNEL)
        .u8(four ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE)
        .u8(RTN_UNICAST)
        .u32(0)
        .attr(RTA_DST, ipBytes(networkAddress(subnet)))
        .attrU32(RTA_OIF, index);
      if (four) m.attr(RTA_PREFSRC, ipBytes(ip));
      else m.attrU32(RTA_PRIORITY, IP6_SUBNET_METRIC);
    });
};

/** The routes of one family in a table, those on one link or of one protocol alone, when sent as a dump (filters: fib_dump_filter of include/net/ip_fib.h, 5.0). */
export const getRoutes = (family: Family, index = 0, table = RT_TABLE_MAIN, protocol = RTPROT_UNSPEC): Request => {
  return (w, sequence, flags) => {
    w.message(RTM_GETROUTE, flags, sequence, (m) => {
      m.u8(numberOf(family)).zero(3).u8(table).u8(protocol).zero(6);
      if (index !== 0) m.attrU32(RTA_OIF, index);
    });
  };
};

/** `ip route get IP`: the way of a packet to there. */
export const getRouteTo = (ip: Ip): Request => {
  const bytes = ipBytes(ip);
  const family = bytes.length === 16 ? AF_INET6 : AF_INET;
  return (w, sequence, flags) =>
    w.message(RTM_GETROUTE, flags, sequence, (m) =>
      m
        .u8(family)
        .u8(bytes.length * 8)
        .zero(RTMSG_LENGTH - 2)
        .attr(RTA_DST, bytes),
    );
};

/** Reads the payload of RTM_NEWROUTE or RTM_DELROUTE. Undefined for other families' routes. */
export function routeState(payload: Uint8Array): RouteState | undefined {
  const family = familyNumbered(u8(payload, 0));
  if (family === undefined) return undefined;
  const has = attributes(payload, RTMSG_LENGTH);
  const table = has.get(RTA_TABLE);
  const dst = has.get(RTA_DST);
  const length = u8(payload, 1);
  if (length > 0 && !dst) return undefined;
  const several = has.get(RTA_MULTIPATH);
  const hop = several ? firstHop(several) : has;
  const via = hop.get(RTA_GATEWAY);
  const source = has.get(RTA_PREFSRC);
  const dev = several ? u32(several, 4) : number(has.get(RTA_OIF));
  const metric = metricOf(family, number(has.get(RTA_PRIORITY)));
  return {
    family,
    table: table ? u32(table) : u8(payload, 4),
    type: u8(payload, 7),
    protocol: u8(payload, 5),
    to: dst ? (`${ipIn(dst)}/${length}` as Prefix) : 'default',
    ...(via === undefined ? {} : { via: ipIn(via) }),
    ...(dev === undefined ? {} : { dev }),
    ...(source === undefined ? {} : { source: ipIn(source) }),
    ...(metric === undefined ? {} : { metric }),
  };
}

/** Whether it carries our mark: a unicast route of the main table, or a local one of the local table, with protocol 250. */
export const isMarked = ({ table, type, protocol }: RouteState): boolean =>
  protocol === RTPROT_FAIRLEAD && ((table === RT_TABLE_MAIN && type === RTN_UNICAST) || (table === RT_TABLE_LOCAL && type === RTN_LOCAL));

/** Whether it is the route to a subnet that the kernel made with an address, or one in its place. */
export const isOfSubnet = ({ table, type, via }: RouteState): boolean => table === RT_TABLE_MAIN && type === RTN_UNICAST && via === undefined;

/** Whether it leads out of the host: a default route of the main table. */
export const isWayOut = ({ table, type, to }: RouteState): boolean => table === RT_TABLE_MAIN && type === RTN_UNICAST && to === 'default';

/** Whether it is one by which a link lets an address of the host in. */
export const isLocal = ({ type }: RouteState): boolean => type === RTN_LOCAL;

function message(w: Writer, type: number, flags: number, sequence: number, index: number, { family, to, via, source, metric, local }: RouteResource): void {
  const deletes = type === RTM_DELROUTE;
  const scope = local ? RT_SCOPE_HOST : via || family === 6 ? RT_SCOPE_UNIVERSE : RT_SCOPE_LINK;
  w.message(type, flags, sequence, (m) => {
    m.u8(numberOf(family))
      .u8(to === 'default' ? 0 : prefixLength(to))
      .u16(0)
      .u8(local ? RT_TABLE_LOCAL : RT_TABLE_MAIN)
      .u8(deletes ? RTPROT_UNSPEC : RTPROT_FAIRLEAD)
      .u8(deletes ? RT_SCOPE_NOWHERE : scope)
      .u8(local ? RTN_LOCAL : RTN_UNICAST)
      .u32(0);
    if (to !== 'default') m.attr(RTA_DST, ipBytes(networkAddress(to)));
    m.attrU32(RTA_OIF, index);
    if (via !== undefined) m.attr(RTA_GATEWAY, ipBytes(via));
    if (source !== undefined) m.attr(RTA_PREFSRC, ipBytes(source));
    if (metric !== undefined) m.attrU32(RTA_PRIORITY, metric);
  });
}

// struct rtnexthop: length u16, flags u8, hops u8, index i32, then the attributes of this way.
const firstHop = (several: Uint8Array): Map<number, Uint8Array> => attributes(several.subarray(0, u16(several)), 8);

// The metric that IPv6 has by default is that of a route without one.
const metricOf = (family: Family, metric: number | undefined): number | undefined => (family === 6 && metric === IP6_RT_PRIO_USER ? undefined : metric);

const numberOf = (family: Family): number => (family === 6 ? AF_INET6 : AF_INET);
const familyNumbered = (number: number): Family | undefined => (number === AF_INET ? 4 : number === AF_INET6 ? 6 : undefined);
const number = (bytes: Uint8Array | undefined): number | undefined => (bytes === undefined ? undefined : u32(bytes));
