// Addresses of links: include/uapi/linux/if_addr.h, rtnetlink.h.

export const RTM_NEWADDR = 20;
export const RTM_DELADDR = 21;
export const RTM_GETADDR = 22;

/** struct ifaddrmsg: family u8, prefix length u8, flags u8, scope u8, index u32. */
export const IFADDR_LENGTH = 8;

export const IFA_ADDRESS = 1;
export const IFA_LOCAL = 2;
export const IFA_LABEL = 3;
export const IFA_BROADCAST = 4;
/** struct ifa_cacheinfo: preferred and valid lifetime in seconds, and two times of the kernel's own (u32 each). */
export const IFA_CACHEINFO = 6;
/** All flags; the header has room for eight. */
export const IFA_FLAGS = 8;
export const IFA_RT_PRIORITY = 9;
/** Since 5.18; older kernels ignore it. */
export const IFA_PROTO = 11;

/** RFC 8981; in the header of IPv4, a second address of its network. */
export const IFA_F_TEMPORARY = 0x01;
export const IFA_F_NODAD = 0x02;
export const IFA_F_HOMEADDRESS = 0x10;
export const IFA_F_TENTATIVE = 0x40;
export const IFA_F_MANAGETEMPADDR = 0x100;
export const IFA_F_NOPREFIXROUTE = 0x200;
export const IFA_F_MCAUTOJOIN = 0x400;

/** What the kernel itself made: for loopback, from a router advertisement (2), link-local. */
export const IFAPROT_KERNEL_LO = 1;
export const IFAPROT_KERNEL_RA = 2;
export const IFAPROT_KERNEL_LL = 3;
