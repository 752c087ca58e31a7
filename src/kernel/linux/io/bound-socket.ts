import { familyOf } from '../../../ip/ip.js';
import type { SocketSpec } from '../../kernel.js';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  ON,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from '../constants/socket.js';
import { libc } from '../libc.js';
import { bindTo } from './bind-to.js';
import { leaveRoom } from './leave-room.js';

const BACKLOG = 511; // as Node's own servers have by default

/** The descriptor of a socket that is bound, and for TCP listens, in the stack where this thread is. It stays there; any thread may serve it. */
export function openBoundSocket({ type, address, port }: SocketSpec): number {
  const six = familyOf(address) === 6;
  const fd = leaveRoom(libc.socket(six ? AF_INET6 : AF_INET, (type === 'tcp' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  try {
    if (six) libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ON, 4);
    if (type === 'tcp') libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON, 4);
    bindTo(fd, address, port);
    if (type === 'tcp') libc.listen(fd, BACKLOG);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
