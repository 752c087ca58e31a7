import { familyOf, ipBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { AF_INET, NLM_F_ACK, NLM_F_REQUEST } from '../netlink/constants.js';
import * as ct from './constants.js';
import { request } from './message.js';

/**
 * Where an endpoint's address can stand in a connection: it began it; it was its destination; it answers behind a rewritten
 * destination (a published port). A filter compares all its fields together, so that each place is a message of its own.
 */
const PLACES = [
  { tuple: ct.CTA_TUPLE_ORIG, filter: ct.CTA_FILTER_ORIG_FLAGS, flag: ct.CTA_FILTER_F_CTA_IP_SRC, end: ct.CTA_IP_V4_SRC },
  { tuple: ct.CTA_TUPLE_ORIG, filter: ct.CTA_FILTER_ORIG_FLAGS, flag: ct.CTA_FILTER_F_CTA_IP_DST, end: ct.CTA_IP_V4_DST },
  { tuple: ct.CTA_TUPLE_REPLY, filter: ct.CTA_FILTER_REPLY_FLAGS, flag: ct.CTA_FILTER_F_CTA_IP_SRC, end: ct.CTA_IP_V4_SRC },
] as const;

/**
 * Messages that make the kernel forget every connection of an IPv4 address; their sequence numbers count up. Each walks the
 * kernel's table, unless this namespace has no entry in it. Needs Linux 6.12 (flushing with CTA_FILTER); before that each is
 * refused with EINVAL and nothing is forgotten: `deleteFlows` does it there.
 *
 * `undefined` for an IPv6 address, which needs `deleteFlows` everywhere: ctnetlink_filter_match_tuple compares IPv6 addresses the
 * wrong way round (`!ipv6_addr_cmp`, 5.8 to 6.18 at least), so that such a filter would delete all connections but those of the address.
 */
export function deleteByAddress(ip: Ip, sequence: number): readonly Uint8Array[] | undefined {
  if (familyOf(ip) === 6) return undefined;
  const bytes = ipBytes(ip);
  return PLACES.map(({ tuple, filter, flag, end }, index) =>
    request(ct.IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST | NLM_F_ACK, sequence + index, AF_INET, (w) => {
      w.nest(tuple, () => w.nest(ct.CTA_TUPLE_IP, () => w.attr(end, bytes)));
      w.nest(ct.CTA_FILTER, () => w.attrU32(filter, flag));
    }),
  );
}
