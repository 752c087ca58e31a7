// What the kernel tells of settings below net/ipv4/conf and net/ipv6/conf: include/uapi/linux/netconf.h, its messages of include/uapi/linux/rtnetlink.h.

export const RTM_NEWNETCONF = 80;
/** struct netconfmsg, aligned: the family. */
export const NETCONFMSG_LENGTH = 4;
export const NETCONFA_FORWARDING = 2;
/** What is set for all links: -1. */
export const NETCONFA_IFINDEX_ALL = 0xffff_ffff;
