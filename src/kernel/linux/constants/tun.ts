// Taps: include/uapi/linux/if_tun.h, and if_link.h for what is told of them.

export const TUNSETIFF = 0x4004_54ca;
export const TUNSETPERSIST = 0x4004_54cb;
export const TUNSETOWNER = 0x4004_54cc;
export const TUNSETGROUP = 0x4004_54ce;
/** Since 3.2: which index the link is to have. */
export const TUNSETIFINDEX = 0x4004_54da;

export const IFF_TAP = 0x0002;
export const IFF_MULTI_QUEUE = 0x0100;
/** No header that says the protocol. */
export const IFF_NO_PI = 0x1000;
/** Each frame behind a struct virtio_net_hdr. */
export const IFF_VNET_HDR = 0x4000;

export const IFLA_TUN_OWNER = 1;
export const IFLA_TUN_GROUP = 2;
export const IFLA_TUN_TYPE = 3;
export const IFLA_TUN_MULTI_QUEUE = 7;
