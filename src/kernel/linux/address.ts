import { interfaceAddress, splitInterfaceAddress } from '../../ip/interface-address.js';
import { ipBytes } from '../../ip/ip.js';
import type { InterfaceAddress } from '../../ip/types.js';
import {
  IFA_ADDRESS,
  IFA_F_NODAD,
  IFA_F_NOPREFIXROUTE,
  IFA_FLAGS,
  IFA_LOCAL,
  IFA_PROTO,
  IFADDR_LENGTH,
  IFAPROT_KERNEL_LL,
  IFAPROT_KERNEL_LO,
  IFAPROT_KERNEL_RA,
  RTM_DELADDR,
  RTM_GETADDR,
  RTM_NEWADDR,
} from './constants/address.js';
import { RTPROT_FAIRLEAD } from './constants/route.js';
import { AF_INET, AF_INET6 } from './constants/socket.js';
import { ipIn } from './ip-attribute.js';
import { NLM_F_CREATE, NLM_F_EXCL, NLM_F_REPLACE } from './netlink/constants.js';
import { attributes, u8, u32 } from './netlink/reader.js';
import type { Writer } from './netlink/writer.js';
import type { Request } from './request.js';

/** An address of a link as the kernel tells of it. */
export interface AddressState {
  readonly index: number;
  readonly address: InterfaceAddress;
  /** True when the kernel made it by itself: on loopback, link-local, or from a router advertisement. */
  readonly automatic: boolean;
  /** True when the kernel made it of what a router advertised; before 5.18 that is not told. */
  readonly advertised: boolean;
  /** True when it carries our protocol number; older kernels (before 5.18) keep none. */
  readonly marked: boolean;
  /** True when it came without a route to its subnet, because whoever added it said so. */
  readonly lone: boolean;
}

/** `ip address add ADDRESS dev LINK nodad`; duplicate address detection (RFC 4862 §5.4) would delay it by seconds. */
export const addAddress = (index: number, address: InterfaceAddress): Request => {
  return (w, sequence, flags) => message(w, RTM_NEWADDR, flags | NLM_F_CREATE | NLM_F_EXCL, sequence, index, address);
};

/** `ip address replace ADDRESS dev LINK nodad`: the one that is there becomes ours, whoever made it. */
export const replaceAddress = (index: number, address: InterfaceAddress): Request => {
  return (w, sequence, flags) => message(w, RTM_NEWADDR, flags | NLM_F_CREATE | NLM_F_REPLACE, sequence, index, address);
};

/** `ip address delete ADDRESS dev LINK` */
export const deleteAddress = (index: number, address: InterfaceAddress): Request => {
  return (w, sequence, flags) => message(w, RTM_DELADDR, flags, sequence, index, address);
};

/** All addresses of the socket's namespace, or those of one link, when sent as a dump. */
export const getAddresses = (index = 0): Request => {
  return (w, sequence, flags) => w.message(RTM_GETADDR, flags, sequence, (m) => m.zero(IFADDR_LENGTH - 4).u32(index));
};

/** Reads the payload of RTM_NEWADDR or RTM_DELADDR. An address with a peer is known by the own end. */
export function addressState(payload: Uint8Array): AddressState | undefined {
  const has = attributes(payload, IFADDR_LENGTH);
  const bytes = has.get(IFA_LOCAL) ?? has.get(IFA_ADDRESS);
  if (!bytes) return undefined;
  const proto = has.get(IFA_PROTO);
  const flags = has.get(IFA_FLAGS);
  const by = proto === undefined ? 0 : u8(proto);
  return {
    index: u32(payload, 4),
    address: interfaceAddress(ipIn(bytes), u8(payload, 1)),
    automatic: by >= IFAPROT_KERNEL_LO && by <= IFAPROT_KERNEL_LL,
    advertised: by === IFAPROT_KERNEL_RA,
    marked: by === RTPROT_FAIRLEAD,
    lone: flags !== undefined && (u32(flags) & IFA_F_NOPREFIXROUTE) !== 0,
  };
}

function message(w: Writer, type: number, flags: number, sequence: number, index: number, address: InterfaceAddress): void {
  const { ip, length } = splitInterfaceAddress(address);
  const bytes = ipBytes(ip);
  const six = bytes.length === 16;
  w.message(type, flags, sequence, (m) => {
    m.u8(six ? AF_INET6 : AF_INET)
      .u8(length)
      .u8(six && type === RTM_NEWADDR ? IFA_F_NODAD : 0)
      .u8(0)
      .u32(index);
    m.attr(IFA_LOCAL, bytes).attr(IFA_ADDRESS, bytes);
    if (type === RTM_NEWADDR) m.attrU8(IFA_PROTO, RTPROT_FAIRLEAD);
  });
}
