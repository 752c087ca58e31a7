// Numbers of nf_tables, named as in include/uapi/linux/netfilter/nf_tables.h unless another header is given.

/** Batches: include/uapi/linux/netfilter/nfnetlink.h. */
export const NFNL_MSG_BATCH_BEGIN = 0x10;
export const NFNL_MSG_BATCH_END = 0x11;

/** Families: include/uapi/linux/netfilter.h. */
export const NFPROTO_INET = 1;
export const NFPROTO_IPV4 = 2;
export const NFPROTO_BRIDGE = 7;
export const NFPROTO_IPV6 = 10;

export const NFT_MSG_NEWTABLE = 0;
export const NFT_MSG_GETTABLE = 1;
export const NFT_MSG_DELTABLE = 2;
export const NFT_MSG_NEWCHAIN = 3;
export const NFT_MSG_GETCHAIN = 4;
export const NFT_MSG_NEWRULE = 6;
export const NFT_MSG_GETRULE = 7;
export const NFT_MSG_NEWSET = 9;
export const NFT_MSG_GETSET = 10;
export const NFT_MSG_NEWSETELEM = 12;
export const NFT_MSG_GETSETELEM = 13;
export const NFT_MSG_DELSETELEM = 14;
export const NFT_MSG_NEWGEN = 15;
export const NFT_MSG_GETGEN = 16;

export const NFTA_GEN_ID = 1;

export const NFTA_LIST_ELEM = 1;

export const NFTA_TABLE_NAME = 1;
export const NFTA_TABLE_FLAGS = 2;
export const NFTA_TABLE_USERDATA = 6;

export const NFTA_CHAIN_TABLE = 1;
export const NFTA_CHAIN_NAME = 3;
export const NFTA_CHAIN_HOOK = 4;
export const NFTA_CHAIN_POLICY = 5;
export const NFTA_CHAIN_TYPE = 7;

export const NFTA_HOOK_HOOKNUM = 1;
export const NFTA_HOOK_PRIORITY = 2;

export const NFTA_RULE_TABLE = 1;
export const NFTA_RULE_CHAIN = 2;
export const NFTA_RULE_EXPRESSIONS = 4;
export const NFTA_RULE_USERDATA = 7;

export const NFTA_SET_TABLE = 1;
export const NFTA_SET_NAME = 2;
export const NFTA_SET_FLAGS = 3;
export const NFTA_SET_KEY_TYPE = 4;
export const NFTA_SET_KEY_LEN = 5;
export const NFTA_SET_DATA_TYPE = 6;
export const NFTA_SET_DATA_LEN = 7;
export const NFTA_SET_ID = 10;
export const NFTA_SET_USERDATA = 13;
export const NFT_SET_MAP = 8;

export const NFTA_SET_ELEM_LIST_TABLE = 1;
export const NFTA_SET_ELEM_LIST_SET = 2;
export const NFTA_SET_ELEM_LIST_ELEMENTS = 3;
export const NFTA_SET_ELEM_KEY = 1;
export const NFTA_SET_ELEM_DATA = 2;
export const NFTA_SET_ELEM_FLAGS = 3;

export const NFTA_DATA_VALUE = 1;
export const NFTA_DATA_VERDICT = 2;
export const NFTA_VERDICT_CODE = 1;
export const NFTA_VERDICT_CHAIN = 2;
export const NFT_JUMP = -3;
export const NFT_GOTO = -4;
export const NFT_RETURN = -5;
/** Verdicts that end: include/uapi/linux/netfilter.h. */
export const NF_DROP = 0;
export const NF_ACCEPT = 1;

export const NFT_REG_VERDICT = 0;
export const NFT_REG_1 = 1;
export const NFT_REG32_00 = 8;

export const NFTA_EXPR_NAME = 1;
export const NFTA_EXPR_DATA = 2;

export const NFTA_META_DREG = 1;
export const NFTA_META_KEY = 2;
export const NFT_META_PROTOCOL = 1;
export const NFT_META_IIF = 4;
export const NFT_META_OIF = 5;
export const NFT_META_IIFNAME = 6;
export const NFT_META_OIFNAME = 7;
export const NFT_META_NFPROTO = 15;
export const NFT_META_L4PROTO = 16;

export const NFTA_CT_DREG = 1;
export const NFTA_CT_KEY = 2;
export const NFTA_CT_DIRECTION = 3;
export const NFT_CT_STATE = 0;
export const NFT_CT_DIRECTION = 1;
export const NFT_CT_STATUS = 2;
export const NFT_CT_DST_IP = 20;
export const NFT_CT_DST_IP6 = 22;
/** enum ip_conntrack_dir in include/uapi/linux/netfilter/nf_conntrack_tuple_common.h. */
export const IP_CT_DIR_ORIGINAL = 0;
export const IP_CT_DIR_REPLY = 1;

export const NFTA_PAYLOAD_DREG = 1;
export const NFTA_PAYLOAD_BASE = 2;
export const NFTA_PAYLOAD_OFFSET = 3;
export const NFTA_PAYLOAD_LEN = 4;
export const NFTA_PAYLOAD_SREG = 5;
export const NFTA_PAYLOAD_CSUM_TYPE = 6;
export const NFTA_PAYLOAD_CSUM_FLAGS = 8;
export const NFT_PAYLOAD_L4CSUM_PSEUDOHDR = 1;
export const NFTA_PAYLOAD_CSUM_OFFSET = 7;
export const NFT_PAYLOAD_CSUM_INET = 1;
export const NFT_PAYLOAD_LL_HEADER = 0;
export const NFT_PAYLOAD_NETWORK_HEADER = 1;
export const NFT_PAYLOAD_TRANSPORT_HEADER = 2;

export const NFTA_FIB_DREG = 1;
export const NFTA_FIB_RESULT = 2;
export const NFTA_FIB_FLAGS = 3;
export const NFT_FIB_RESULT_ADDRTYPE = 3;
export const NFTA_FIB_F_SADDR = 1;
export const NFTA_FIB_F_DADDR = 2;
/** A route's type: include/uapi/linux/rtnetlink.h. */
export const RTN_LOCAL = 2;

export const NFTA_CMP_SREG = 1;
export const NFTA_CMP_OP = 2;
export const NFTA_CMP_DATA = 3;
export const NFT_CMP_EQ = 0;
export const NFT_CMP_NEQ = 1;
export const NFT_CMP_LT = 2;

export const NFTA_BITWISE_SREG = 1;
export const NFTA_BITWISE_DREG = 2;
export const NFTA_BITWISE_LEN = 3;
export const NFTA_BITWISE_MASK = 4;
export const NFTA_BITWISE_XOR = 5;

export const NFTA_LOOKUP_SET = 1;
export const NFTA_LOOKUP_SREG = 2;
export const NFTA_LOOKUP_DREG = 3;
export const NFTA_LOOKUP_FLAGS = 5;
export const NFT_LOOKUP_F_INV = 1;

export const NFTA_EXTHDR_DREG = 1;
export const NFTA_EXTHDR_TYPE = 2;
export const NFTA_EXTHDR_OFFSET = 3;
export const NFTA_EXTHDR_LEN = 4;
export const NFTA_EXTHDR_FLAGS = 5;
export const NFT_EXTHDR_F_PRESENT = 1;
/** The fragment header of IPv6: include/uapi/linux/in6.h. */
export const IPPROTO_FRAGMENT = 44;

export const NFTA_IMMEDIATE_DREG = 1;
export const NFTA_IMMEDIATE_DATA = 2;

export const NFTA_NAT_TYPE = 1;
export const NFTA_NAT_FAMILY = 2;
export const NFTA_NAT_REG_ADDR_MIN = 3;
export const NFTA_NAT_REG_PROTO_MIN = 5;
export const NFTA_NAT_FLAGS = 7;
export const NFTA_MASQ_FLAGS = 1;
export const NF_NAT_RANGE_MAP_IPS = 0x1;
export const NF_NAT_RANGE_PROTO_RANDOM_FULLY = 0x10;
export const NFT_NAT_SNAT = 0;
export const NFT_NAT_DNAT = 1;

/** Bits of `ct state`: NF_CT_STATE_BIT in include/uapi/linux/netfilter/nf_conntrack_common.h. */
export const CT_STATE = { invalid: 1, established: 2, related: 4, new: 8 } as const;
/** Bits of `ct status`: enum ip_conntrack_status in include/uapi/linux/netfilter/nf_conntrack_common.h. */
export const CT_STATUS = { dnat: 0x20 } as const;

/** Tags of the type-length-value lists in USERDATA, which only programs read: enum nftnl_udata_* in libnftnl's udata.h. */
export const NFTNL_UDATA_TABLE_COMMENT = 0;
export const NFTNL_UDATA_RULE_COMMENT = 0;
export const NFTNL_UDATA_SET_KEYBYTEORDER = 0;
export const NFTNL_UDATA_SET_DATABYTEORDER = 1;
export const NFTNL_UDATA_SET_KEY_TYPEOF = 3;
/** What says of a key's parts where in a packet they come from: enum nftnl_udata_set_typeof_fields in libnftnl's udata.h, the rest in nft's sources. */
export const NFTNL_UDATA_SET_TYPEOF_EXPR = 0;
export const NFTNL_UDATA_SET_TYPEOF_DATA = 1;
/** enum expr_types in nft's expression.h. */
export const EXPR_PAYLOAD = 7;
export const EXPR_META = 9;
export const EXPR_CONCAT = 13;
/** Tags of meta, payload and concatenation: NFTNL_UDATA_META_KEY in nft's meta.c, NFTNL_UDATA_SET_KEY_PAYLOAD_* in payload.c, NFTNL_UDATA_SET_KEY_CONCAT_* in expression.c. */
export const NFTNL_UDATA_META_KEY = 0;
export const NFTNL_UDATA_SET_KEY_PAYLOAD_DESC = 0;
export const NFTNL_UDATA_SET_KEY_PAYLOAD_TYPE = 1;
export const NFTNL_UDATA_SET_KEY_PAYLOAD_BASE = 2;
export const NFTNL_UDATA_SET_KEY_PAYLOAD_OFFSET = 3;
export const NFTNL_UDATA_SET_KEY_PAYLOAD_LEN = 4;
export const NFTNL_UDATA_SET_KEY_CONCAT_SUB_TYPE = 0;
export const NFTNL_UDATA_SET_KEY_CONCAT_SUB_DATA = 1;
