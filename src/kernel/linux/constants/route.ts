// Routes and neighbours: include/uapi/linux/rtnetlink.h, neighbour.h.

export const RTM_NEWROUTE = 24;
export const RTM_DELROUTE = 25;
export const RTM_GETROUTE = 26;
export const RTM_NEWNEIGH = 28;
export const RTM_DELNEIGH = 29;
export const RTM_GETNEIGH = 30;

/** struct rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type (u8 each), flags u32. */
export const RTMSG_LENGTH = 12;
/** struct ndmsg: family u8, pad u8, pad u16, index i32, state u16, flags u8, type u8. */
export const NDMSG_LENGTH = 12;

export const RTA_DST = 1;
export const RTA_OIF = 4;
export const RTA_GATEWAY = 5;
export const RTA_PRIORITY = 6;
export const RTA_PREFSRC = 7;
export const RTA_MULTIPATH = 9;
/** struct rta_cacheinfo: clntref, lastuse, expires in hundredths of a second, error, id, ts, tsage (u32 each). */
export const RTA_CACHEINFO = 12;
export const RTA_TABLE = 15;
/** The gateway of a route of IPv4 that is of IPv6: struct rtvia. */
export const RTA_VIA = 18;
/** How packets are wrapped on their way: `ip route add … encap`. */
export const RTA_ENCAP_TYPE = 21;
export const RTA_ENCAP = 22;
/** u32, seconds: of IPv6 alone. */
export const RTA_EXPIRES = 23;
/** u32: a nexthop object, which names the link in its place. */
export const RTA_NH_ID = 30;
/** Of the flags of a route and of its ways, those that are asked for; the others tell how it is. */
export const RTNH_F_PERVASIVE = 2;
export const RTNH_F_ONLINK = 4;

/** Nexthop objects: include/uapi/linux/nexthop.h, since 5.3. */
export const RTM_NEWNEXTHOP = 104;
export const RTM_GETNEXTHOP = 106;
/** struct nhmsg: family u8, scope u8, protocol u8, reserved u8, flags u32. */
export const NHMSG_LENGTH = 8;
export const NHA_ID = 1;
/** Of a group: struct nexthop_grp for each, id u32, weight u8 and u8, two bytes more. */
export const NHA_GROUP = 2;
export const NHA_GROUP_TYPE = 3;
export const NHA_OIF = 5;
export const NHA_GATEWAY = 6;
export const NHA_ENCAP_TYPE = 7;
export const NHA_ENCAP = 8;
export const NHA_FDB = 11;
/** Of a resilient group: buckets, and two times; a fourth tells how it is. */
export const NHA_RES_GROUP = 12;
export const NHA_RES_GROUP_UNBALANCED_TIMER = 3;

/** Rules: include/uapi/linux/fib_rules.h. */
export const RTM_GETRULE = 34;
/** struct fib_rule_hdr: as struct rtmsg. */
export const FRA_IIFNAME = 3;
export const FRA_OIFNAME = 17;

export const RT_TABLE_MAIN = 254;
export const RT_TABLE_LOCAL = 255;
export const RT_SCOPE_UNIVERSE = 0;
export const RT_SCOPE_LINK = 253;
export const RT_SCOPE_HOST = 254;
/** In a deletion: any scope. */
export const RT_SCOPE_NOWHERE = 255;
export const RTN_UNICAST = 1;
export const RTN_LOCAL = 2;
export const RTN_BLACKHOLE = 6;
export const RTN_UNREACHABLE = 7;
export const RTN_PROHIBIT = 8;

/** In a deletion: any protocol. */
export const RTPROT_UNSPEC = 0;
export const RTPROT_REDIRECT = 1;
export const RTPROT_KERNEL = 2;
export const RTPROT_RA = 9;
/** Ours, for routes and neighbours: none of those that rtnetlink.h or iproute2's rt_protos give to others. */
export const RTPROT_FAIRLEAD = 250;

/** The metric of an IPv6 route that was given none (IP6_RT_PRIO_USER): include/uapi/linux/ipv6_route.h. */
export const IP6_RT_PRIO_USER = 1024;

export const NDA_DST = 1;
export const NDA_LLADDR = 2;
export const NDA_VLAN = 5;
export const NDA_IFINDEX = 8;
export const NDA_PROTOCOL = 12;
export const NUD_REACHABLE = 0x02;
export const NUD_STALE = 0x04;
export const NUD_DELAY = 0x08;
export const NUD_PROBE = 0x10;
export const NUD_NOARP = 0x40;
export const NUD_PERMANENT = 0x80;
/** An entry of the link itself, not of the bridge whose port it is. */
export const NTF_SELF = 2;
/** One for which this host answers. */
export const NTF_PROXY = 8;
export const NTF_ROUTER = 0x80;
export const NTF_STICKY = 0x40;
/** One of that bridge. */
export const NTF_MASTER = 4;
