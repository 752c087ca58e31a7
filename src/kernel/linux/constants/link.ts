// Links: include/uapi/linux/if_link.h, rtnetlink.h, if.h, veth.h.

export const RTM_NEWLINK = 16;
export const RTM_DELLINK = 17;
export const RTM_GETLINK = 18;
export const RTM_SETLINK = 19;

/** struct ifinfomsg: family u8, pad u8, type u16, index i32, flags u32, change u32. */
export const IFINFO_LENGTH = 16;

export const IFLA_ADDRESS = 1;
export const IFLA_IFNAME = 3;
export const IFLA_MTU = 4;
export const IFLA_LINK = 5;
export const IFLA_QDISC = 6;
export const IFLA_MASTER = 10;
/** u8, RFC 2863: what the link is worth, as the link watch has found it. */
export const IFLA_OPERSTATE = 16;
export const IF_OPER_UP = 6;
export const IFLA_TXQLEN = 13;
/** u8: whether it waits for leave to be up (IF_LINK_MODE_DORMANT). */
export const IFLA_LINKMODE = 17;
export const IFLA_LINKINFO = 18;
export const IFLA_IFALIAS = 20;
/** struct rtnl_link_stats64. */
export const IFLA_STATS64 = 23;
export const IFLA_AF_SPEC = 26;
export const IFLA_GROUP = 27;
export const IFLA_NET_NS_FD = 28;
export const IFLA_EXT_MASK = 29;
export const IFLA_LINK_NETNSID = 37;
/** u8: it is kept from having a carrier. */
export const IFLA_PROTO_DOWN = 39;
export const IFLA_GSO_MAX_SEGS = 40;
export const IFLA_GSO_MAX_SIZE = 41;
/** Programs of XDP: IFLA_XDP_* nested, asked for by descriptor, told of by number. */
export const IFLA_XDP = 43;
/** i32: -1 takes it off. */
export const IFLA_XDP_FD = 1;
/** u32, XDP_FLAGS_* of linux/if_link.h: which of them. */
export const IFLA_XDP_FLAGS = 3;
export const IFLA_XDP_DRV_PROG_ID = 5;
export const IFLA_XDP_SKB_PROG_ID = 6;
export const IFLA_XDP_HW_PROG_ID = 7;
export const XDP_FLAGS_SKB_MODE = 2;
export const XDP_FLAGS_DRV_MODE = 4;
export const XDP_FLAGS_HW_MODE = 8;
/** Since 5.5: names beside its own, IFLA_ALT_IFNAME nested; RTM_NEWLINKPROP and RTM_DELLINKPROP say them. */
export const IFLA_PROP_LIST = 52;
export const IFLA_ALT_IFNAME = 53;
export const RTM_NEWLINKPROP = 108;
export const RTM_DELLINKPROP = 109;
export const ALTIFNAMSIZ = 128;
/** Since 5.19, and of IPv4 since 6.3. */
export const IFLA_GRO_MAX_SIZE = 58;
export const IFLA_GSO_IPV4_MAX_SIZE = 63;
export const IFLA_GRO_IPV4_MAX_SIZE = 64;
/** i32, since 5.13: the index that a link is to have where it is moved to. */
export const IFLA_NEW_IFINDEX = 49;
/** Since 5.14: what hardware is behind a link, `0000:03:00.0` say, and on which bus. */
export const IFLA_PARENT_DEV_NAME = 56;
export const IFLA_PARENT_DEV_BUS_NAME = 57;
/** Since 4.20: the request is answered as if it were made in that namespace. */
export const IFLA_TARGET_NETNSID = 46;

export const IFLA_INFO_KIND = 1;
export const IFLA_INFO_SLAVE_DATA = 5;
/** include/uapi/linux/if_link.h, since 4.18: what a port of a bridge is told in IFLA_PROTINFO, and tells in IFLA_INFO_SLAVE_DATA. */
export const IFLA_BRPORT_ISOLATED = 33;
/** The same for hairpin mode. */
export const IFLA_BRPORT_MODE = 4;
/** Whether it learns from what comes in, and is sent what nobody knows; both are so unless said. */
export const IFLA_BRPORT_LEARNING = 8;
export const IFLA_BRPORT_UNICAST_FLOOD = 9;
/** u8, in the same: BR_STATE_ of include/uapi/linux/if_bridge.h. */
export const IFLA_BRPORT_STATE = 1;
export const BR_STATE_FORWARDING = 3;
export const IFLA_PROTINFO = 12;
export const IFLA_INFO_DATA = 2;
export const VETH_INFO_PEER = 1;
/** u16, in a VLAN's IFLA_INFO_DATA. */
export const IFLA_VLAN_ID = 1;
/** In a macvlan's: u32, one of macvlan_mode. */
export const IFLA_MACVLAN_MODE = 1;
/** In an ipvlan's: both u16, one of ipvlan_mode, and bits. */
export const IFLA_IPVLAN_MODE = 1;
export const IFLA_IPVLAN_FLAGS = 2;
/** In a VXLAN's: u32, the addresses, and flags of a byte; the port is big-endian. */
export const IFLA_VXLAN_ID = 1;
export const IFLA_VXLAN_LOCAL = 4;
export const IFLA_VXLAN_LEARNING = 7;
export const IFLA_VXLAN_PROXY = 11;
export const IFLA_VXLAN_PORT = 15;
export const IFLA_VXLAN_LOCAL6 = 17;
/** u32, in a bridge's IFLA_INFO_DATA: whether it runs the spanning tree protocol. */
export const IFLA_BR_STP_STATE = 5;
/** u16, in the same: the groups 01:80:c2:00:00:0X that it passes on. */
export const IFLA_BR_GROUP_FWD_MASK = 9;

/** In the same: u8, since 4.3 on every kernel built with CONFIG_BRIDGE_VLAN_FILTERING, and u16: the VLAN that new ports are in, 0 for none. */
export const IFLA_BR_VLAN_FILTERING = 7;
export const IFLA_BR_VLAN_DEFAULT_PVID = 39;
/** In the IFLA_AF_SPEC of AF_BRIDGE: u16, whom it is about (include/uapi/linux/if_bridge.h), and struct bridge_vlan_info, flags and VLAN of 16 bits. */
export const IFLA_BRIDGE_FLAGS = 0;
export const IFLA_BRIDGE_VLAN_INFO = 2;
export const BRIDGE_FLAGS_SELF = 2;
export const BRIDGE_VLAN_INFO_PVID = 1 << 1;
export const BRIDGE_VLAN_INFO_UNTAGGED = 1 << 2;
export const BRIDGE_VLAN_INFO_RANGE_BEGIN = 1 << 3;
export const BRIDGE_VLAN_INFO_RANGE_END = 1 << 4;
/** Ports are told of with their VLANs, many at once where they are of one form. */
export const RTEXT_FILTER_BRVLAN_COMPRESSED = 4;

/** In IFLA_AF_SPEC, AF_INET: told by number, asked as the array of all; the numbers IPV4_DEVCONF_* are of include/uapi/linux/ip.h. */
export const IFLA_INET_CONF = 1;
export const IPV4_DEVCONF_PROMOTE_SECONDARIES = 20;
export const IPV4_DEVCONF_ROUTE_LOCALNET = 26;
export const IFLA_INET6_ADDR_GEN_MODE = 8;
export const IN6_ADDR_GEN_MODE_NONE = 1;

/** Leaves the counters out of the answer, which are most of it. */
export const RTEXT_FILTER_SKIP_STATS = 8;

export const IFF_UP = 1;
/** It knows no neighbours. */
export const IFF_NOARP = 0x80;
/** It was asked to take all that is for groups; and it takes part in any. */
export const IFF_ALLMULTI = 0x200;
export const IFF_MULTICAST = 0x1000;
/** It was asked to take what is for others: not that the kernel makes it so for itself, as each port of a bridge. */
export const IFF_PROMISC = 0x100;
/** It has a carrier. */
export const IFF_LOWER_UP = 0x10000;
export const ARPHRD_LOOPBACK = 772;
/** The first device of every namespace is its loopback: include/net/net_namespace.h. */
export const LOOPBACK_IFINDEX = 1;

/** Identifiers of peer namespaces: include/uapi/linux/net_namespace.h. */
export const RTM_GETNSID = 90;
export const NETNSA_NSID = 1;
export const NETNSA_FD = 3;
