import { macBytes, macFromBytes } from '../../../ip/mac.js';
import type { Mac } from '../../../ip/types.js';
import type { FramesSpec } from '../../kernel.js';
import {
  AF_PACKET,
  ETH_P_ARP,
  ETH_P_IP,
  ETH_P_IPV6,
  PACKET_ADD_MEMBERSHIP,
  PACKET_MR_ALLMULTI,
  PACKET_MR_UNICAST,
  SOCK_CLOEXEC,
  SOCK_NONBLOCK,
  SOCK_RAW,
  SOL_PACKET,
} from '../constants/socket.js';
import { ENODEV } from '../errno.js';
import { libc, SystemError } from '../libc.js';
import { Writer } from '../netlink/writer.js';
import { attachFilter, type Instruction, JEQ, JSET, LDB, LDH, LDH_X, LDX_HEADER, RET } from './socket-filter.js';

/** A socket that hears and sends frames of one family by one link. */
export interface PacketSocket {
  readonly fd: number;
  /** The link's. */
  readonly mac: Mac;
}

/**
 * Opens one in the stack where this thread is. It is bound last, and to its protocol alone: before that it hears nothing, so that nothing passes the
 * filter by, and what this host sends itself is told to sockets of all protocols only (dev_queue_xmit_nit of net/core/dev.c). Throws `SystemError`.
 */
export function openPacketSocket({ link, port, family, mac }: FramesSpec): PacketSocket {
  const index = libc.if_nametoindex(link);
  if (index === 0) throw new SystemError('if_nametoindex', ENODEV);
  const { protocol, program } = family === 6 ? heard6(port) : heard4(port);
  const fd = libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  try {
    attachFilter(fd, program);
    // struct sockaddr_ll (include/uapi/linux/if_packet.h): family, protocol be16, index, hatype, pkttype u8, halen u8, addr 8.
    const name = new Writer(20).u16(AF_PACKET).be16(protocol).u32(index).zero(12).take();
    libc.bind(fd, name, name.length);
    // struct packet_mreq: index, type u16, alen u16, address 8. The link's driver lets it through its filter as long as the socket lives.
    if (mac !== undefined) libc.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, member(index, PACKET_MR_UNICAST, mac), 16);
    // What neighbours ask goes to a group of the address that they ask for (RFC 4861 §2.3).
    if (family === 6) libc.setsockopt(fd, SOL_PACKET, PACKET_ADD_MEMBERSHIP, member(index, PACKET_MR_ALLMULTI), 16);
    const own = new Uint8Array(20);
    libc.getsockname(fd, own, Uint8Array.of(own.length, 0, 0, 0));
    return { fd, mac: macFromBytes(own.subarray(12, 18)) };
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

const member = (index: number, kind: number, mac = NO_MAC): Uint8Array => new Writer(16).u32(index).u16(kind).u16(6).bytes(macBytes(mac)).zero(2).take();
const NO_MAC = '00:00:00:00:00:00' as Mac;

const [UDP, ICMPV6, SOLICITATION, ADVERTISEMENT] = [17, 58, 135, 136];

// Whole datagrams of UDP over IPv4 to this port.
const towards = (port: number): readonly Instruction[] => [
  [LDH, 0, 0, 12],
  [JEQ, 0, 8, ETH_P_IP],
  [LDB, 0, 0, 23],
  [JEQ, 0, 6, UDP],
  [LDH, 0, 0, 20],
  [JSET, 4, 0, 0x3fff],
  [LDX_HEADER, 0, 0, 14],
  [LDH_X, 0, 0, 16],
  [JEQ, 0, 1, port],
  [RET, 0, 0, 0xffff],
  [RET, 0, 0, 0],
];

// Datagrams of UDP over IPv6 to this port, and neighbour solicitations; without extension headers.
const towards6 = (port: number): readonly Instruction[] => [
  [LDH, 0, 0, 12],
  [JEQ, 0, 8, ETH_P_IPV6],
  [LDB, 0, 0, 20],
  [JEQ, 0, 2, UDP],
  [LDH, 0, 0, 56],
  [JEQ, 3, 4, port],
  [JEQ, 0, 3, ICMPV6],
  [LDB, 0, 0, 54],
  [JEQ, 0, 1, SOLICITATION],
  [RET, 0, 0, 0xffff],
  [RET, 0, 0, 0],
];

// Neighbour solicitations and advertisements; without extension headers.
const neighbours6: readonly Instruction[] = [
  [LDH, 0, 0, 12],
  [JEQ, 0, 6, ETH_P_IPV6],
  [LDB, 0, 0, 20],
  [JEQ, 0, 4, ICMPV6],
  [LDB, 0, 0, 54],
  [JEQ, 1, 0, SOLICITATION],
  [JEQ, 0, 1, ADVERTISEMENT],
  [RET, 0, 0, 0xffff],
  [RET, 0, 0, 0],
];

interface Heard {
  readonly protocol: number;
  readonly program: readonly Instruction[];
}
const heard4 = (port: number | undefined): Heard =>
  port === undefined ? { protocol: ETH_P_ARP, program: [[RET, 0, 0, 0xffff]] } : { protocol: ETH_P_IP, program: towards(port) };
const heard6 = (port: number | undefined): Heard => ({ protocol: ETH_P_IPV6, program: port === undefined ? neighbours6 : towards6(port) });
