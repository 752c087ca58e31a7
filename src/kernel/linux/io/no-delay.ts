import { IPPROTO_TCP, ON, TCP_NODELAY } from '../constants/socket.js';
import { libc } from '../libc.js';

/** Has a TCP socket send at once what is written (not Nagle's way). Connections that a listening one accepts are like it. */
export function noDelay(fd: number): number {
  try {
    libc.setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, ON, 4);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
