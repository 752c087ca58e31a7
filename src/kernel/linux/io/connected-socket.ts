import { familyOf } from '../../../ip/ip.js';
import type { SocketSpec } from '../../kernel.js';
import { AF_INET, AF_INET6, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOCK_STREAM } from '../constants/socket.js';
import { EINPROGRESS } from '../errno.js';
import { libc, SystemError } from '../libc.js';
import { sockaddr } from './sockaddr.js';

/** Whom a socket is to speak to. `link` is the name of the link that a link-local address is on. */
export interface PeerSpec extends SocketSpec {
  readonly link?: string | undefined;
}

/**
 * The descriptor of a socket that speaks to one address only, from where this thread is. Nothing else is received by it, and errors
 * that ICMP brings are told by it. The kernel chooses the local port at random (udp_lib_get_port of net/ipv4/udp.c). A TCP
 * socket may still be connecting: it is writable once that is decided.
 */
export function openConnectedSocket({ type, address, port, link }: PeerSpec): number {
  const six = familyOf(address) === 6;
  const fd = libc.socket(six ? AF_INET6 : AF_INET, (type === 'tcp' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  try {
    const name = sockaddr(address, port, link === undefined ? 0 : libc.if_nametoindex(link));
    libc.connect(fd, name, name.length);
  } catch (error) {
    if (error instanceof SystemError && error.errno === EINPROGRESS) return fd;
    libc.close(fd);
    throw error;
  }
  return fd;
}
