import { AF_UNSPEC, NFGEN_HDRLEN, NLM_F_REQUEST } from '../netlink/constants.js';
import { attributes, be32, NetlinkFormatError, type NetlinkMessage } from '../netlink/reader.js';
import { CTA_STATS_GLOBAL_ENTRIES, IPCTNL_MSG_CT_GET_STATS } from './constants.js';
import { request, typeOf } from './message.js';

/** Asks how many connections this namespace tracks: one message there, one back, whatever their number. */
export const countRequest = (sequence: number): Uint8Array => request(IPCTNL_MSG_CT_GET_STATS, NLM_F_REQUEST, sequence, AF_UNSPEC, () => {});

/** The number in the answer to `countRequest`; undefined if the message is of another kind. Throws `NetlinkFormatError`. */
export function decodeCount(message: NetlinkMessage): number | undefined {
  if (message.type !== typeOf(IPCTNL_MSG_CT_GET_STATS)) return undefined;
  const entries = attributes(message.payload, NFGEN_HDRLEN).get(CTA_STATS_GLOBAL_ENTRIES);
  if (!entries) throw new NetlinkFormatError('statistics of conntrack without the number of entries');
  return be32(entries);
}
