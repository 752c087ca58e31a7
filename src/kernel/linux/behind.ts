import { macBytes, macFromBytes } from '../../ip/mac.js';
import type { Mac } from '../../ip/types.js';
import type { BehindResource } from '../../resource/resource.js';
import {
  NDA_LLADDR,
  NDA_VLAN,
  NDMSG_LENGTH,
  NTF_MASTER,
  NTF_SELF,
  NTF_STICKY,
  NUD_NOARP,
  NUD_PERMANENT,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
} from './constants/route.js';
import { AF_BRIDGE } from './constants/socket.js';
import { NLM_F_CREATE, NLM_F_REPLACE } from './netlink/constants.js';
import { attributes, u8, u16, u32 } from './netlink/reader.js';
import type { Writer } from './netlink/writer.js';
import type { Request } from './request.js';

/** A static entry of a bridge as the kernel tells of it: that a MAC address is behind the port of this index. */
export interface BehindState {
  readonly index: number;
  readonly mac: Mac;
}

/**
 * `bridge fdb replace MAC dev LINK master static sticky`: what the bridge has learned of it, or was told before, is no more. A static entry moves to any port that learns and from
 * which somebody sends with this MAC address; a sticky one moves only when it is replaced (br_fdb_update of net/bridge/br_fdb.c; since 4.20).
 */
export const replaceBehind = (index: number, behind: BehindResource): Request => {
  return (w, sequence, flags) => message(w, RTM_NEWNEIGH, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, index, behind);
};

/** `bridge fdb del MAC dev LINK master`: nothing goes where it is behind another port by now (br_fdb_delete of net/bridge/br_fdb.c). */
export const deleteBehind = (index: number, behind: BehindResource): Request => {
  return (w, sequence, flags) => message(w, RTM_DELNEIGH, flags, sequence, index, behind);
};

/**
 * Reads the payload of RTM_NEWNEIGH. Undefined for what a bridge has learned, for its own addresses, and for entries of a VLAN: where the
 * kernel knows VLANs of bridges, each static entry is told of once more for the one that its port is in.
 */
export function behindState(payload: Uint8Array): BehindState | undefined {
  if (payload.length < NDMSG_LENGTH || u8(payload, 0) !== AF_BRIDGE) return undefined;
  const [state, flags] = [u16(payload, 8), u8(payload, 10)];
  if ((state & NUD_NOARP) === 0 || (state & NUD_PERMANENT) !== 0 || (flags & NTF_SELF) !== 0) return undefined;
  const has = attributes(payload, NDMSG_LENGTH);
  const mac = has.get(NDA_LLADDR);
  return mac?.length === 6 && !has.has(NDA_VLAN) ? { index: u32(payload, 4), mac: macFromBytes(mac) } : undefined;
}

/** `bridge fdb replace MAC dev BRIDGE self permanent`: what is for it is for the stack in which the bridge is. */
export const replaceOwn = (index: number, mac: Mac): Request => {
  return (w, sequence, flags) => ownMessage(w, RTM_NEWNEIGH, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, index, mac, NUD_PERMANENT);
};

/** Asks a bridge where a MAC address is behind (br_fdb_get of net/bridge/br_fdb.c, since 5.0). Nothing known of it is ENOENT. */
export const getBehind = (index: number, mac: Mac): Request => {
  return (w, sequence, flags) => ownMessage(w, RTM_GETNEIGH, flags, sequence, index, mac, 0);
};

/** Reads the answer: whether it is an address of the bridge or of a port of it. */
export const isOwn = (payload: Uint8Array): boolean => payload.length >= NDMSG_LENGTH && (u16(payload, 8) & NUD_PERMANENT) !== 0;

function ownMessage(w: Writer, type: number, flags: number, sequence: number, index: number, mac: Mac, state: number): void {
  w.message(type, flags, sequence, (m) => {
    m.u8(AF_BRIDGE).zero(3).u32(index).u16(state).u8(NTF_SELF).u8(0);
    m.attr(NDA_LLADDR, macBytes(mac));
  });
}

function message(w: Writer, type: number, flags: number, sequence: number, index: number, { mac }: BehindResource): void {
  w.message(type, flags, sequence, (m) => {
    m.u8(AF_BRIDGE)
      .zero(3)
      .u32(index)
      .u16(NUD_NOARP)
      .u8(NTF_MASTER | NTF_STICKY)
      .u8(0);
    m.attr(NDA_LLADDR, macBytes(mac));
  });
}
