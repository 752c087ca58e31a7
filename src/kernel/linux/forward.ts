import { ipBytes } from '../../ip/ip.js';
import { macBytes, macFromBytes } from '../../ip/mac.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { ForwardResource } from '../../resource/resource.js';
import { NDA_DST, NDA_LLADDR, NDMSG_LENGTH, NTF_SELF, NUD_PERMANENT, RTM_DELNEIGH, RTM_GETNEIGH, RTM_NEWNEIGH } from './constants/route.js';
import { AF_BRIDGE } from './constants/socket.js';
import { ipIn } from './ip-attribute.js';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './netlink/constants.js';
import { attributes, u8, u16, u32 } from './netlink/reader.js';
import type { Writer } from './netlink/writer.js';
import type { Request } from './request.js';

/** A forwarding entry of a tunnel as the kernel tells of it. */
export interface ForwardState {
  readonly index: number;
  readonly mac: Mac;
  readonly to: Ip;
}

/** `bridge fdb add MAC dev LINK dst IP self permanent` */
export const addForward = (index: number, forward: ForwardResource): Request => {
  return (w, sequence, flags) => message(w, RTM_NEWNEIGH, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, index, forward);
};

/** `bridge fdb replace …`: frames that are on their way meet the one or the other. */
export const replaceForward = (index: number, forward: ForwardResource): Request => {
  return (w, sequence, flags) => message(w, RTM_NEWNEIGH, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, index, forward);
};

/** `bridge fdb del …` */
export const deleteForward = (index: number, forward: ForwardResource): Request => {
  return (w, sequence, flags) => message(w, RTM_DELNEIGH, flags, sequence, index, forward);
};

/** All forwarding entries of the socket's namespace, or those of one link, and of its bridge about it, when sent as a dump. */
export const getForwards = (index = 0): Request => {
  return (w, sequence, flags) =>
    w.message(
      RTM_GETNEIGH,
      flags,
      sequence,
      (m) =>
        void m
          .u8(AF_BRIDGE)
          .zero(3)
          .u32(index)
          .zero(NDMSG_LENGTH - 8),
    );
};

/** Reads the payload of RTM_NEWNEIGH. Undefined for entries that do not lead to a host for good. */
export function forwardState(payload: Uint8Array): ForwardState | undefined {
  if (payload.length < NDMSG_LENGTH || u8(payload, 0) !== AF_BRIDGE) return undefined;
  const has = attributes(payload, NDMSG_LENGTH);
  const [mac, to] = [has.get(NDA_LLADDR), has.get(NDA_DST)];
  const [state, flags] = [u16(payload, 8), u8(payload, 10)];
  if (mac?.length !== 6 || (to?.length !== 4 && to?.length !== 16) || (state & NUD_PERMANENT) === 0 || (flags & NTF_SELF) === 0) return undefined;
  return { index: u32(payload, 4), mac: macFromBytes(mac), to: ipIn(to) };
}

function message(w: Writer, type: number, flags: number, sequence: number, index: number, { mac, to }: ForwardResource): void {
  w.message(type, flags, sequence, (m) => {
    m.u8(AF_BRIDGE).zero(3).u32(index).u16(NUD_PERMANENT).u8(NTF_SELF).u8(0);
    m.attr(NDA_DST, ipBytes(to)).attr(NDA_LLADDR, macBytes(mac));
  });
}
