// What every netlink family shares. Numbers as in the kernel's uapi headers, named as there.

/** Protocols of AF_NETLINK sockets: include/uapi/linux/netlink.h. */
export const NETLINK_ROUTE = 0;
export const NETLINK_SOCK_DIAG = 4;
export const NETLINK_XFRM = 6;
export const NETLINK_NETFILTER = 12;
export const NETLINK_GENERIC = 16;

/** struct nlmsghdr: length u32, type u16, flags u16, sequence u32, port u32 (include/uapi/linux/netlink.h). */
export const NLMSG_HDRLEN = 16;
/** struct nlattr: length u16, type u16 (include/uapi/linux/netlink.h). */
export const NLA_HDRLEN = 4;

/** Message types that are no family's own: include/uapi/linux/netlink.h. */
export const NLMSG_ERROR = 2;
export const NLMSG_DONE = 3;

/** Flags of nlmsghdr: include/uapi/linux/netlink.h. */
export const NLM_F_REQUEST = 0x1;
export const NLM_F_ACK = 0x4;
export const NLM_F_ECHO = 0x8;
export const NLM_F_DUMP_INTR = 0x10;
export const NLM_F_DUMP = 0x300;
export const NLM_F_REPLACE = 0x100;
export const NLM_F_EXCL = 0x200;
export const NLM_F_CREATE = 0x400;
export const NLM_F_APPEND = 0x800;
/** In an acknowledgement: the request's payload is left out. */
export const NLM_F_CAPPED = 0x100;
/** In an acknowledgement: attributes NLMSGERR_ATTR_* follow. */
export const NLM_F_ACK_TLVS = 0x200;

/** Attributes of an extended acknowledgement: enum nlmsgerr_attrs in include/uapi/linux/netlink.h. */
export const NLMSGERR_ATTR_MSG = 1;
export const NLMSGERR_ATTR_OFFS = 2;

/** Bits of nlattr.nla_type: include/uapi/linux/netlink.h. */
export const NLA_F_NESTED = 0x8000;
export const NLA_TYPE_MASK = 0x3fff;

/** Address families: include/linux/socket.h. */
export const AF_UNSPEC = 0;
export const AF_INET = 2;
export const AF_BRIDGE = 7;
export const AF_INET6 = 10;

/** struct genlmsghdr: command u8, version u8, reserved u16, and the family that tells of others: include/uapi/linux/genetlink.h. */
export const GENL_HDRLEN = 4;
export const GENL_ID_CTRL = 0x10;
export const CTRL_CMD_GETFAMILY = 3;
export const CTRL_ATTR_FAMILY_ID = 1;
export const CTRL_ATTR_FAMILY_NAME = 2;

/** Subsystems of nfnetlink, the high byte of a message's type: include/uapi/linux/netfilter/nfnetlink.h. */
export const NFNL_SUBSYS_CTNETLINK = 1;
export const NFNL_SUBSYS_NFTABLES = 10;
/** struct nfgenmsg: family u8, version u8, resource id be16 (include/uapi/linux/netfilter/nfnetlink.h). */
export const NFGEN_HDRLEN = 4;
export const NFNETLINK_V0 = 0;
