import type { LinkTraffic, Traffic } from '../../../resource/link-traffic.js';
import { IFLA_IFNAME, IFLA_STATS64, RTM_GETLINK } from '../constants/link.js';
import { attributes, text, u64 } from '../netlink/reader.js';
import type { Request } from '../request.js';
import { LINK_ATTRIBUTES, linkMessage } from './link-message.js';

/** All links of the socket's namespace with their counters, when sent as a dump. */
export const getTraffic: Request = (w, sequence, flags) => linkMessage(w, RTM_GETLINK, flags, sequence, {}, () => {});

/** Reads the payload of RTM_NEWLINK; nothing of a link without counters. */
export function linkTraffic(payload: Uint8Array): LinkTraffic | undefined {
  const has = attributes(payload, LINK_ATTRIBUTES);
  const [name, stats] = [has.get(IFLA_IFNAME), has.get(IFLA_STATS64)];
  return name && stats && { name: text(name), received: direction(stats, 0), sent: direction(stats, 1) };
}

// struct rtnl_link_stats64 of include/uapi/linux/if_link.h: packets, bytes, errors and dropped, each of both directions in turn.
const direction = (stats: Uint8Array, at: 0 | 1): Traffic => {
  const [packets, bytes, errors, dropped] = [0, 2, 4, 6].map((field) => Number(u64(stats, (field + at) * 8)));
  return { bytes: bytes ?? 0, packets: packets ?? 0, errors: errors ?? 0, dropped: dropped ?? 0 };
};
