import { familyOf, ipBytes, isUnspecified } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { AF_INET, AF_INET6, NLM_F_ACK, NLM_F_REQUEST } from '../netlink/constants.js';
import * as ct from './constants.js';
import type { Flow } from './flows.js';
import { request } from './message.js';

/** A port of the host, or of one of its addresses. */
export interface HostPort {
  readonly ip: Ip;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly port: number;
}

const NUMBERS = { tcp: 6, udp: 17, sctp: 132 } as const; // include/uapi/linux/in.h

/**
 * A message that makes the kernel forget every connection that was begun to this port, rewritten or not. An IPv6 address is left
 * out of the filter, which compares it the wrong way round (`deleteByAddress`): what else goes to that port begins anew. The same
 * holds for `sctp` ports, which the filter does not compare. Needs Linux 6.12, like `deleteByAddress`.
 */
export function deleteByPort({ ip, protocol, port }: HostPort, sequence: number): Uint8Array {
  const four = familyOf(ip) === 4;
  const byAddress = four && !isUnspecified(ip);
  const flags = ct.CTA_FILTER_F_CTA_PROTO_NUM | ct.CTA_FILTER_F_CTA_PROTO_DST_PORT | (byAddress ? ct.CTA_FILTER_F_CTA_IP_DST : 0);
  return request(ct.IPCTNL_MSG_CT_DELETE, NLM_F_REQUEST | NLM_F_ACK, sequence, four ? AF_INET : AF_INET6, (w) => {
    w.nest(ct.CTA_TUPLE_ORIG, () => {
      if (byAddress) w.nest(ct.CTA_TUPLE_IP, () => w.attr(ct.CTA_IP_V4_DST, ipBytes(ip)));
      w.nest(ct.CTA_TUPLE_PROTO, () => w.attrU8(ct.CTA_PROTO_NUM, NUMBERS[protocol]).attrBe16(ct.CTA_PROTO_DST_PORT, port));
    });
    w.nest(ct.CTA_FILTER, () => w.attrU32(ct.CTA_FILTER_ORIG_FLAGS, flags));
  });
}

/** True if a connection was begun to this port. */
export const beganAt = ({ original, protocol: number, port: to }: Flow, { ip, protocol, port }: HostPort): boolean =>
  number === NUMBERS[protocol] && to === port && familyOf(original.destination) === familyOf(ip) && (isUnspecified(ip) || original.destination === ip);
