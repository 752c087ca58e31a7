// Numbers of nf_tables that only others' rules have, named as in include/uapi/linux/netfilter/nf_tables.h unless another header is given.

/** Families: include/uapi/linux/netfilter.h. */
export const NFPROTO_UNSPEC = 0;
export const NFPROTO_NETDEV = 5;

/** enum nf_inet_hooks of include/uapi/linux/netfilter.h. */
export const NF_INET_PRE_ROUTING = 0;
export const NF_INET_FORWARD = 2;
export const NF_INET_INGRESS = 5;

/** Where connections to the host are led elsewhere: include/uapi/linux/netfilter_ipv4.h. */
export const NF_IP_PRI_NAT_DST = -100;

export const NFT_TABLE_F_DORMANT = 1;

export const NFT_CONTINUE = -1;
export const NFT_RETURN = -5;

export const NFTA_META_PROTOCOL = 1;
export const NFT_META_MARK = 3;
export const NFTA_META_SREG = 3;
export const NFTA_CT_DIRECTION = 3;
export const NFT_CT_PROTO_DST = 12;
export const IP_CT_DIR_ORIGINAL = 0; // include/uapi/linux/netfilter/nf_conntrack_tuple_common.h

export const NFTA_BITWISE_OP = 6;
export const NFT_CMP_LT = 2;
export const NFT_CMP_LTE = 3;
export const NFT_CMP_GT = 4;
export const NFT_CMP_GTE = 5;

export const NFTA_RANGE_SREG = 1;
export const NFTA_RANGE_OP = 2;
export const NFTA_RANGE_FROM_DATA = 3;
export const NFTA_RANGE_TO_DATA = 4;

export const NFTA_LOOKUP_FLAGS = 5;
export const NFT_LOOKUP_F_INV = 1;
export const NFT_SET_INTERVAL = 4;
export const NFT_SET_ELEM_INTERVAL_END = 1;
export const NFTA_SET_ELEM_KEY_END = 10;

/** Expressions of iptables: include/uapi/linux/netfilter/nf_tables_compat.h. */
export const NFTA_TARGET_NAME = 1;
export const NFTA_TARGET_REV = 2;
export const NFTA_MATCH_NAME = 1;
export const NFTA_MATCH_REV = 2;
export const NFTA_MATCH_INFO = 3;
export const NFTA_TARGET_INFO = 3;

/** Bits of a connection's status: enum ip_conntrack_status of include/uapi/linux/netfilter/nf_conntrack_common.h. */
export const IPS_SEEN_REPLY = 1 << 1;
export const IPS_CONFIRMED = 1 << 3;
export const IPS_DST_NAT = 1 << 5;
export const IPS_DST_NAT_DONE = 1 << 8;

/** include/uapi/linux/if_ether.h. */
export const ETH_P_IP = 0x0800;
export const ETH_P_IPV6 = 0x86dd;

/** include/uapi/linux/in.h. */
export const IPPROTO = { tcp: 6, udp: 17, sctp: 132 } as const;

/** include/uapi/linux/netfilter_ipv4/ip_tables.h and its namesake of IPv6. */
export const IPT_SO_GET_INFO = 64;
export const IPT_SO_GET_ENTRIES = 65;
export const IPPROTO_RAW = 255;
