import { REDIRECT_PREFERENCE } from '../../../resource/rate.js';
import {
  ETH_P_ALL,
  INGRESS_HANDLE,
  RTM_DELQDISC,
  RTM_GETTFILTER,
  RTM_NEWQDISC,
  RTM_NEWTFILTER,
  TC_ACT_STOLEN,
  TC_H_CLSACT_INGRESS,
  TC_H_INGRESS,
  TC_U32_TERMINAL,
  TCA_ACT_KIND,
  TCA_ACT_OPTIONS,
  TCA_EGRESS_REDIR,
  TCA_MIRRED_PARMS,
  TCA_OPTIONS,
  TCA_U32_ACT,
  TCA_U32_SEL,
  U32_FIRST_HANDLE,
  U32_KEY_LENGTH,
} from '../constants/traffic.js';
import { NLM_F_CREATE, NLM_F_EXCL } from '../netlink/constants.js';
import type { Request } from '../request.js';
import { trafficMessage } from './tcmsg.js';

// TC_H_MAKE(preference, htons(protocol)) of include/uapi/linux/pkt_sched.h.
const INFO = REDIRECT_PREFERENCE * 0x1_0000 + (ETH_P_ALL << 8);
const FIRST = 1;

/** `tc qdisc add dev LINK ingress` */
export const addIngress = (index: number): Request => {
  const place = { index, handle: INGRESS_HANDLE, parent: TC_H_INGRESS };
  return (w, sequence, flags) => trafficMessage(w, RTM_NEWQDISC, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, place, 'ingress');
};

/** `tc qdisc delete dev LINK ingress`, with all its filters, or `clsact` in the same place. */
export const deleteIngress = (index: number): Request => {
  const place = { index, parent: TC_H_INGRESS };
  return (w, sequence, flags) => trafficMessage(w, RTM_DELQDISC, flags, sequence, place);
};

/**
 * `tc filter add dev LINK ingress protocol all pref 17996 u32 match u32 0 0 action mirred egress redirect dev TO`, under the name that the kernel gives to
 * the first: a second one is refused. A u32 filter with a mask of nothing is `matchall`, which fewer kernels have.
 */
export const addRedirect = (index: number, to: number): Request => {
  const place = { index, handle: U32_FIRST_HANDLE, parent: TC_H_CLSACT_INGRESS, info: INFO };
  return (w, sequence, flags) =>
    trafficMessage(w, RTM_NEWTFILTER, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, place, 'u32', (m) =>
      m.attr(TCA_OPTIONS, (options) => {
        options.attr(TCA_U32_SEL, (selector) => selector.u8(TC_U32_TERMINAL).u8(0).u8(1).u8(0).zero(12).zero(U32_KEY_LENGTH));
        options.nest(TCA_U32_ACT, (actions) =>
          actions.nest(FIRST, (action) => {
            action.attrString(TCA_ACT_KIND, 'mirred');
            action.nest(TCA_ACT_OPTIONS, (mirred) =>
              mirred.attr(TCA_MIRRED_PARMS, (parameters) => parameters.u32(0).u32(0).u32(TC_ACT_STOLEN).u32(0).u32(0).u32(TCA_EGRESS_REDIR).u32(to)),
            );
          }),
        );
      }),
    );
};

/** The filters for what comes in by a link, when sent as a dump; none where nothing is there that could have any. */
export const getFilters = (index: number): Request => {
  return (w, sequence, flags) => trafficMessage(w, RTM_GETTFILTER, flags, sequence, { index, parent: TC_H_CLSACT_INGRESS });
};
