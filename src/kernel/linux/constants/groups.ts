// Groups of events, as masks for bind(): include/uapi/linux/rtnetlink.h (RTMGRP_*), netfilter/nfnetlink.h (NFNLGRP_*), netfilter/nf_tables.h.

export const RTMGRP_LINK = 0x1;
export const RTMGRP_NEIGH = 0x4;
export const RTMGRP_TC = 0x8;
export const RTMGRP_IPV4_IFADDR = 0x10;
export const RTMGRP_IPV4_ROUTE = 0x40;
export const RTMGRP_IPV6_IFADDR = 0x100;
export const RTMGRP_IPV6_ROUTE = 0x400;
/** RTNLGRP_IPV4_NETCONF is 24, RTNLGRP_IPV6_NETCONF 25. */
export const RTMGRP_IPV4_NETCONF = 1 << 23;
export const RTMGRP_IPV6_NETCONF = 1 << 24;
/** NFNLGRP_NFTABLES is 7. */
export const NFNLGRP_NFTABLES_MASK = 1 << 6;

/** Each message about a table or what is in one names it in its first attribute, whatever it is about. */
export const NFTA_TABLE = 1;
