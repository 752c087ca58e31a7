import { ipFromNumber, ipNumber } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { SPARED_PREFERENCE } from '../../../resource/rate.js';
import { ETH_P_IP } from '../constants/socket.js';
import {
  RTM_NEWTFILTER,
  TC_H_CLSACT_INGRESS,
  TC_U32_TERMINAL,
  TCA_KIND,
  TCA_OPTIONS,
  TCA_U32_SEL,
  TCMSG_LENGTH,
  U32_KEY_LENGTH,
  U32_SEL_LENGTH,
} from '../constants/traffic.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js';
import { attributes, be32, text, u16, u32, u8 } from '../netlink/reader.js';
import type { Request } from '../request.js';
import { trafficMessage } from './tcmsg.js';

// TC_H_MAKE(preference, htons(protocol)) of include/uapi/linux/pkt_sched.h.
const INFO = SPARED_PREFERENCE * 0x1_0000 + (ETH_P_IP >> 8);

/** Bits of a packet that are to have a value: struct tc_u32_key. */
interface Key {
  readonly mask: number;
  readonly value: number;
  readonly at: number;
}

// RFC 791 §3.1, RFC 768: a header without options, the protocol, the destination, and the port behind the header.
const [PROTOCOL, TARGET, PORTS] = [8, 16, 20];
const [UDP, TCP, DHCP, DNS] = [17, 6, 67, 53];
const plain: Key = { mask: 0x0f00_0000, value: 0x0500_0000, at: 0 };
const isProtocol = (number: number): Key => ({ mask: 0x00ff_0000, value: number * 0x1_0000, at: PROTOCOL });
const isFor = (ip: Ip): Key => ({ mask: 0xffff_ffff, value: Number(ipNumber(ip)), at: TARGET });
const toPort = (number: number): Key => ({ mask: 0xffff, value: number, at: PORTS });

const spared = (ip: Ip): readonly (readonly Key[])[] => [
  [plain, isProtocol(UDP), toPort(DHCP)],
  ...[UDP, TCP].map((number) => [plain, isProtocol(number), isFor(ip), toPort(DNS)]),
];

/**
 * `tc filter add dev LINK ingress protocol ip pref 17995 u32 match …`, without an action: what it matches goes no further through filters, and comes in. It
 * is what asks the stack itself, for an address of whoever gives them, and for names at this one. Made behind the redirection, whose table of keys is the
 * link's first.
 */
export const addSpared = (ip: Ip): readonly ((index: number) => Request)[] => spared(ip).map((keys) => (index) => addFilter(index, keys));

function addFilter(index: number, keys: readonly Key[]): Request {
  const place = { index, parent: TC_H_CLSACT_INGRESS, info: INFO };
  return (w, sequence, flags) =>
    trafficMessage(w, RTM_NEWTFILTER, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, place, 'u32', (m) =>
      m.attr(TCA_OPTIONS, (options) => {
        options.attr(TCA_U32_SEL, (selector) => {
          selector.u8(TC_U32_TERMINAL).u8(0).u8(keys.length).u8(0).zero(12);
          for (const { mask, value, at } of keys) selector.be32(mask).be32(value).u32(at).u32(0);
        });
      }),
    );
}

/** Reads the payload of RTM_NEWTFILTER: the address for which this one spares names. Undefined for all others. */
export function sparedState(payload: Uint8Array): Ip | undefined {
  const has = attributes(payload, TCMSG_LENGTH);
  const selector = attributes(has.get(TCA_OPTIONS) ?? new Uint8Array()).get(TCA_U32_SEL);
  if (u16(payload, 18) !== SPARED_PREFERENCE || text(has.get(TCA_KIND) ?? new Uint8Array()) !== 'u32' || !selector) return undefined;
  const keys = Math.min(u8(selector, 2), Math.floor((selector.length - U32_SEL_LENGTH) / U32_KEY_LENGTH));
  for (let at = U32_SEL_LENGTH; at < U32_SEL_LENGTH + keys * U32_KEY_LENGTH; at += U32_KEY_LENGTH)
    if (u32(selector, at + 8) === TARGET && be32(selector, at) === 0xffff_ffff) return ipFromNumber(BigInt(be32(selector, at + 4)), 4);
  return undefined;
}
