import { ipBytes } from '../../ip/ip.js';
import { macBytes, macFromBytes } from '../../ip/mac.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { NeighbourResource } from '../../resource/resource.js';
import {
  NDA_DST,
  NDA_IFINDEX,
  NDA_LLADDR,
  NDA_PROTOCOL,
  NDMSG_LENGTH,
  NTF_PROXY,
  NUD_PERMANENT,
  RTM_DELNEIGH,
  RTM_GETNEIGH,
  RTM_NEWNEIGH,
  RTPROT_FAIRLEAD,
} from './constants/route.js';
import { AF_INET, AF_INET6 } from './constants/socket.js';
import { ipIn } from './ip-attribute.js';
import { NLM_F_CREATE, NLM_F_REPLACE } from './netlink/constants.js';
import { attributes, u8, u16, u32 } from './netlink/reader.js';
import type { Writer } from './netlink/writer.js';
import type { Request } from './request.js';

/** A neighbour entry as the kernel tells of it. */
export interface NeighbourState {
  readonly index: number;
  readonly ip: Ip;
  readonly mac: Mac;
  readonly permanent: boolean;
}

/** `ip neighbour replace IP lladdr MAC dev LINK nud permanent`: what the kernel has learned of it, or was told before, is no more. */
export const replaceNeighbour = (index: number, neighbour: NeighbourResource): Request => {
  return (w, sequence, flags) => message(w, RTM_NEWNEIGH, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, index, neighbour);
};

/** `ip neighbour delete IP dev LINK` */
export const deleteNeighbour = (index: number, neighbour: NeighbourResource): Request => {
  return (w, sequence, flags) => message(w, RTM_DELNEIGH, flags, sequence, index, neighbour);
};

/** All neighbours of the socket's namespace, or those on one link, when sent as a dump. */
export const getNeighbours = (index = 0): Request => {
  return (w, sequence, flags) => {
    w.message(RTM_GETNEIGH, flags, sequence, (m) => {
      m.zero(NDMSG_LENGTH);
      if (index !== 0) m.attrU32(NDA_IFINDEX, index);
    });
  };
};

/** Those for which this host answers on one link (`ip neighbour show proxy`), when sent as a dump. */
export const getProxies = (index: number): Request => {
  return (w, sequence, flags) =>
    w.message(RTM_GETNEIGH, flags, sequence, (m) =>
      m
        .zero(NDMSG_LENGTH - 2)
        .u8(NTF_PROXY)
        .u8(0)
        .attrU32(NDA_IFINDEX, index),
    );
};

/** Reads the payload of RTM_NEWNEIGH. Undefined for entries of bridges and for those without a MAC address. */
export function neighbourState(payload: Uint8Array): NeighbourState | undefined {
  const family = u8(payload, 0);
  const has = attributes(payload, NDMSG_LENGTH);
  const ip = has.get(NDA_DST);
  const mac = has.get(NDA_LLADDR);
  if ((family !== AF_INET && family !== AF_INET6) || ip === undefined || mac?.length !== 6) return undefined;
  return { index: u32(payload, 4), ip: ipIn(ip), mac: macFromBytes(mac), permanent: (u16(payload, 8) & NUD_PERMANENT) !== 0 };
}

function message(w: Writer, type: number, flags: number, sequence: number, index: number, { ip, mac }: NeighbourResource): void {
  const bytes = ipBytes(ip);
  w.message(type, flags, sequence, (m) => {
    m.u8(bytes.length === 16 ? AF_INET6 : AF_INET)
      .zero(3)
      .u32(index)
      .u16(NUD_PERMANENT)
      .u16(0);
    m.attr(NDA_DST, bytes);
    if (type === RTM_NEWNEIGH) m.attr(NDA_LLADDR, macBytes(mac)).attrU8(NDA_PROTOCOL, RTPROT_FAIRLEAD);
  });
}
