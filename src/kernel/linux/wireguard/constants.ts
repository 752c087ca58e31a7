// Numbers and sizes of include/uapi/linux/wireguard.h, named as there.

export const WG_GENL_NAME = 'wireguard';
export const WG_GENL_VERSION = 1;

export const WG_CMD_GET_DEVICE = 0;
export const WG_CMD_SET_DEVICE = 1;

/** Attributes: enum wgdevice_attribute. */
export const WGDEVICE_A_IFNAME = 2;
export const WGDEVICE_A_PRIVATE_KEY = 3;
export const WGDEVICE_A_LISTEN_PORT = 6;
export const WGDEVICE_A_PEERS = 8;

/** Attributes: enum wgpeer_attribute. */
export const WGPEER_A_PUBLIC_KEY = 1;
export const WGPEER_A_FLAGS = 3;
export const WGPEER_A_ENDPOINT = 4;
export const WGPEER_A_ALLOWEDIPS = 9;

/** Flags of a peer: enum wgpeer_flag. */
export const WGPEER_F_REMOVE_ME = 1;
export const WGPEER_F_REPLACE_ALLOWEDIPS = 2;

/** Attributes: enum wgallowedip_attribute. */
export const WGALLOWEDIP_A_FAMILY = 1;
export const WGALLOWEDIP_A_IPADDR = 2;
export const WGALLOWEDIP_A_CIDR_MASK = 3;

export const WG_KEY_LEN = 32;
