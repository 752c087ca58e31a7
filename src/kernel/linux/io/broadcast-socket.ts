import type { Ip } from '../../../ip/types.js';
import { AF_INET, ON, SO_BINDTODEVICE, SO_BROADCAST, SOCK_CLOEXEC, SOCK_DGRAM, SOCK_NONBLOCK, SOL_SOCKET } from '../constants/socket.js';
import { libc } from '../libc.js';
import { bindTo } from './bind-to.js';

const ANYWHERE = '0.0.0.0' as Ip;

/** The descriptor of a UDP socket that hears at a port what comes in by one link of the stack where this thread is, for all too, and sends by that. */
export function openBroadcastSocket(link: string, port: number): number {
  const fd = libc.socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  try {
    const name = new TextEncoder().encode(`${link}\0`);
    libc.setsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, name, name.length);
    libc.setsockopt(fd, SOL_SOCKET, SO_BROADCAST, ON, 4);
    bindTo(fd, ANYWHERE, port);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
