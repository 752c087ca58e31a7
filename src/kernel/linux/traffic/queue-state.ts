import { burstOf, queueOf, RATE_HANDLE } from '../../../resource/rate.js';
import type { RateResource } from '../../../resource/resource.js';
import {
  RATESPEC_LENGTH,
  TBF_QOPT_LENGTH,
  TC_H_INGRESS,
  TC_H_ROOT,
  TCA_KIND,
  TCA_OPTIONS,
  TCA_TBF_PARMS,
  TCA_TBF_RATE64,
  TCMSG_LENGTH,
} from '../constants/traffic.js';
import { attributes, text, u16, u32, u64 } from '../netlink/reader.js';

/** A queueing discipline as the kernel tells of it. */
export interface QueueState {
  /** Of the link. */
  readonly index: number;
  readonly kind: string;
  readonly at: 'root' | 'ingress' | 'elsewhere';
  /** Where it is one of ours: what it lets pass. */
  readonly rate?: Pick<RateResource, 'rate' | 'burst' | 'altered'>;
}

/** Reads the payload of RTM_NEWQDISC or RTM_DELQDISC. */
export function queueState(payload: Uint8Array): QueueState {
  const has = attributes(payload, TCMSG_LENGTH);
  const kind = text(has.get(TCA_KIND) ?? EMPTY);
  const parent = u32(payload, 12);
  const ours = u32(payload, 8) === RATE_HANDLE * 0x1_0000 && kind === 'tbf' && parent === TC_H_ROOT;
  const rate = ours ? rateOf(has.get(TCA_OPTIONS) ?? EMPTY) : undefined;
  return { index: u32(payload, 4), kind, at: parent === TC_H_ROOT ? 'root' : parent === TC_H_INGRESS ? 'ingress' : 'elsewhere', ...(rate && { rate }) };
}

const EMPTY: Uint8Array = new Uint8Array();

function rateOf(options: Uint8Array): QueueState['rate'] {
  const has = attributes(options);
  const parameters = has.get(TCA_TBF_PARMS);
  if (!parameters || parameters.length < TBF_QOPT_LENGTH) return undefined;
  const large = has.get(TCA_TBF_RATE64);
  const bytes = large ? Number(u64(large)) : u32(parameters, 8);
  if (bytes === 0) return undefined;
  const rate = bytes * 8;
  const burst = burstOf(rate, u32(parameters, 2 * RATESPEC_LENGTH + 4));
  const [overhead, leastPacket, peak, limit] = [
    u16(parameters, 2),
    u16(parameters, 6),
    u32(parameters, RATESPEC_LENGTH + 8),
    u32(parameters, 2 * RATESPEC_LENGTH),
  ];
  const plain = overhead === 0 && leastPacket === 0 && peak === 0 && limit === queueOf({ rate, burst });
  return { rate, burst, ...(!plain && { altered: true as const }) };
}
