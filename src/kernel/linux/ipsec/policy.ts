import { REQID } from '../../../resource/ipsec.js';
import type { PolicyResource } from '../../../resource/resource.js';
import { AF_INET, AF_INET6 } from '../netlink/constants.js';
import { attributes, be16, u8, u16, u32 } from '../netlink/reader.js';
import type { Writer } from '../netlink/writer.js';
import type { Request } from '../request.js';
import * as x from './constants.js';

const DIRECTIONS = { in: x.XFRM_POLICY_IN, out: x.XFRM_POLICY_OUT } as const;

/** `ip xfrm policy add …`: before all others (priority 0), and not to be had without a transform. EEXIST where there is one for the same packets. */
export const addPolicy = (policy: PolicyResource): Request => {
  return (w, sequence, flags) =>
    w.message(x.XFRM_MSG_NEWPOLICY, flags, sequence, () => {
      // Four limits of bytes and packets, four of time, and what was used of them.
      selector(w, policy).u64(x.XFRM_INF).u64(x.XFRM_INF).u64(x.XFRM_INF).u64(x.XFRM_INF).zero(64);
      w.u32(0).u32(0).u8(DIRECTIONS[policy.direction]).u8(x.XFRM_POLICY_ALLOW).zero(6);
      w.attr(x.XFRMA_TMPL, () => template(w, policy));
    });
};

/** `ip xfrm policy delete …` */
export const deletePolicy = (policy: PolicyResource): Request => {
  return (w, sequence, flags) =>
    w.message(x.XFRM_MSG_DELPOLICY, flags, sequence, () => void selector(w, policy).u32(0).u8(DIRECTIONS[policy.direction]).zero(3));
};

/** All policies, when sent as a dump: without a header of its own, as xfrm_user wants it. */
export const getPolicies: Request = (w, sequence, flags) => w.message(x.XFRM_MSG_GETPOLICY, flags, sequence, () => {});

/** Reads the payload of XFRM_MSG_NEWPOLICY. Undefined for what is none of ours, or not as we make it. */
export function policyState(payload: Uint8Array): PolicyResource | undefined {
  if (payload.length < x.POLICY_LENGTH) return undefined;
  const wanted = attributes(payload, x.POLICY_LENGTH).get(x.XFRMA_TMPL);
  const direction = u8(payload, 160) === x.XFRM_POLICY_IN ? 'in' : 'out';
  if (u8(payload, 160) !== DIRECTIONS[direction] || wanted?.length !== x.TEMPLATE_LENGTH || u32(wanted, 44) !== REQID[direction]) return undefined;
  const family = u16(payload, 40) === AF_INET6 ? 6 : 4;
  const isOurs = u8(payload, 161) === x.XFRM_POLICY_ALLOW && u8(wanted, 50) === 0 && u8(payload, 44) === x.IPPROTO_UDP && be16(payload, 34) === 0xffff;
  return isOurs && u8(payload, 42) === 0 && u8(payload, 43) === 0 ? { kind: 'policy', in: 'host', family, direction, port: be16(payload, 32) } : undefined;
}

// struct xfrm_selector: from anywhere to anywhere, UDP, this port.
function selector(w: Writer, { family, port }: PolicyResource): Writer {
  w.zero(32).be16(port).be16(0xffff).be16(0).be16(0);
  return w
    .u16(family === 6 ? AF_INET6 : AF_INET)
    .u8(0)
    .u8(0)
    .u8(x.IPPROTO_UDP)
    .zero(3)
    .u32(0)
    .u32(0);
}

// struct xfrm_user_tmpl: by ESP in transport mode, all algorithms, not optional.
function template(w: Writer, { family, direction }: PolicyResource): void {
  w.zero(20)
    .u8(x.IPPROTO_ESP)
    .zero(3)
    .u16(family === 6 ? AF_INET6 : AF_INET)
    .zero(2)
    .zero(16);
  w.u32(REQID[direction]).u8(x.XFRM_MODE_TRANSPORT).zero(3).u32(ALL).u32(ALL).u32(ALL);
}

const ALL = 0xffff_ffff;
