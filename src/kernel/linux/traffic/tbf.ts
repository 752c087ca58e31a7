import { queueOf, RATE_HANDLE, ticksOf } from '../../../resource/rate.js';
import type { RateResource } from '../../../resource/resource.js';
import {
  RATESPEC_LENGTH,
  RTM_DELQDISC,
  RTM_GETQDISC,
  RTM_NEWQDISC,
  TC_H_ROOT,
  TC_LINKLAYER_ETHERNET,
  TCA_OPTIONS,
  TCA_TBF_BURST,
  TCA_TBF_PARMS,
  TCA_TBF_RATE64,
} from '../constants/traffic.js';
import { NLM_F_ACK, NLM_F_CREATE, NLM_F_ECHO, NLM_F_EXCL, NLM_F_REPLACE } from '../netlink/constants.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import { trafficMessage } from './tcmsg.js';

const HANDLE = RATE_HANDLE * 0x1_0000;
const MOST_32 = 0xffff_ffff;

/** `tc qdisc add dev LINK handle 464c: root tbf rate RATE burst BURST limit LIMIT` */
export const addRate = (index: number, rate: RateResource): Request => written(index, rate, NLM_F_CREATE | NLM_F_EXCL);

/** `tc qdisc change …`: what waits goes on waiting, unless it is larger than the burst is now: that would wait for ever, and all behind it. See `emptyQueue`. */
export const changeRate = (index: number, rate: RateResource): Request => written(index, rate, 0);

/**
 * `tc qdisc replace dev LINK parent 464c:1 pfifo`, then `bfifo limit LIMIT` again: what waits is dropped, and how fast it may go is left as it is. A queue is
 * made anew only where it is to be of another kind (tc_modify_qdisc of net/sched/sch_api.c), so it takes two.
 */
export const emptyQueue = (index: number, rate: RateResource): readonly Request[] => [
  queueing(index, 'pfifo'),
  queueing(index, 'bfifo', (m) => m.attrU32(TCA_OPTIONS, queueOf(rate))),
];

const queueing = (index: number, kind: string, body?: (w: Writer) => void): Request => {
  const place = { index, parent: HANDLE + 1 };
  return (w, sequence, flags) => trafficMessage(w, RTM_NEWQDISC, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, place, kind, body);
};

/** `tc qdisc delete dev LINK root`: ours, or with `anybodys` whatever is there. */
export const deleteRate = (index: number, anybodys = false): Request => {
  const place = { index, parent: TC_H_ROOT, ...(anybodys ? {} : { handle: HANDLE }) };
  return (w, sequence, flags) => trafficMessage(w, RTM_DELQDISC, flags, sequence, place);
};

/** What is at the root of a link. Only who asks for an echo is told, and one that the kernel put there by itself is not told of: the acknowledgement answers then. */
export const getRoot = (index: number): Request => {
  return (w, sequence, flags) => trafficMessage(w, RTM_GETQDISC, flags | NLM_F_ACK | NLM_F_ECHO, sequence, { index, parent: TC_H_ROOT });
};

/** All queueing disciplines of the socket's namespace, when sent as a dump. */
export const getQueues: Request = (w, sequence, flags) => trafficMessage(w, RTM_GETQDISC, flags, sequence, { index: 0 });

function written(index: number, resource: RateResource, how: number): Request {
  const { rate, burst } = resource;
  const bytes = rate / 8;
  return (w, sequence, flags) =>
    trafficMessage(w, RTM_NEWQDISC, flags | how, sequence, { index, handle: HANDLE, parent: TC_H_ROOT }, 'tbf', (m) =>
      m.attr(TCA_OPTIONS, (options) => {
        options.attr(TCA_TBF_PARMS, (parameters) => {
          parameters.u8(0).u8(TC_LINKLAYER_ETHERNET).u16(0).u16(0).u16(0).u32(Math.min(bytes, MOST_32)).zero(RATESPEC_LENGTH);
          parameters.u32(queueOf(resource)).u32(ticksOf(resource)).u32(0);
        });
        options.attrU32(TCA_TBF_BURST, burst);
        if (bytes > MOST_32) options.attrU64(TCA_TBF_RATE64, BigInt(bytes));
      }),
    );
}
