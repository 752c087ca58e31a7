import { ipFromBytes } from '../../ip/ip.js';
import type { ListenerSeen } from '../../resource/survey.js';
import { AF_INET, AF_INET6 } from './constants/socket.js';
import { INET_DIAG_MSG_LENGTH, IPPROTO_TCP, IPPROTO_UDP, SOCK_DIAG_BY_FAMILY, SOCKID_LENGTH, TCP_CLOSE, TCP_LISTEN } from './constants/socket-diag.js';
import { NetlinkFormatError, u8 } from './netlink/reader.js';
import type { Request } from './request.js';

type Protocol = ListenerSeen['protocol'];

/** The state in which a socket waits for whoever comes, and its protocol's number. */
export const WAITING: Readonly<Record<Protocol, { readonly number: number; readonly state: number }>> = {
  tcp: { number: IPPROTO_TCP, state: TCP_LISTEN },
  udp: { number: IPPROTO_UDP, state: TCP_CLOSE },
};

/** Those of the socket's namespace that wait, of IPv4 or IPv6, when sent as a dump (`ss -lntu`). Of TCP the kernel looks through those that listen alone. */
export const getWaiting = (family: 4 | 6, protocol: Protocol): Request => {
  const { number, state } = WAITING[protocol];
  return (w, sequence, flags) =>
    w.message(SOCK_DIAG_BY_FAMILY, flags, sequence, (m) =>
      m
        .u8(family === 4 ? AF_INET : AF_INET6)
        .u8(number)
        .u16(0)
        .u32(1 << state)
        .zero(SOCKID_LENGTH),
    );
};

/** Reads struct inet_diag_msg. Throws `NetlinkFormatError`. */
export function waitingSocket(payload: Uint8Array, protocol: Protocol): ListenerSeen {
  const family = u8(payload);
  if (payload.length < INET_DIAG_MSG_LENGTH || (family !== AF_INET && family !== AF_INET6))
    throw new NetlinkFormatError(`a socket of ${payload.length} bytes, family ${family}`);
  const port = new DataView(payload.buffer, payload.byteOffset).getUint16(4);
  return { protocol, address: ipFromBytes(payload.slice(8, family === AF_INET ? 12 : 24)), port };
}
