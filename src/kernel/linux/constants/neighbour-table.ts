// include/uapi/linux/rtnetlink.h, neighbour.h.
export const RTM_GETNEIGHTBL = 66;
export const NDTMSG_LENGTH = 4;
export const NDTA_THRESH3 = 4;
export const NDTA_CONFIG = 5;
export const NDTA_STATS = 7;
/** Where struct ndt_config has how many entries there are. */
export const NDT_CONFIG_ENTRIES = 4;
/** Where struct ndt_stats has how often there was no room. */
export const NDT_STATS_TABLE_FULLS = 80;
