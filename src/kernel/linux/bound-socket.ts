import { familyOf, ipBytes } from '../../ip/ip.js';
import type { Stack } from '../../resource/resource.js';
import type { SocketSpec } from '../kernel.js';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_NONBLOCK,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants/socket.js';
import { libc } from './libc.js';
import { Writer } from './netlink/writer.js';
import type { Stacks } from './stacks.js';

const BACKLOG = 511; // as Node's own servers have by default
const ON = Uint8Array.of(1, 0, 0, 0);

/** The descriptor of a socket that is bound, and for TCP listens, inside a stack. It stays there; any thread may serve it. */
export function openBoundSocket(stacks: Stacks, stack: Stack, { type, address, port }: SocketSpec): number {
  stacks.enter(stack);
  const six = familyOf(address) === 6;
  const fd = libc.socket(six ? AF_INET6 : AF_INET, (type === 'tcp' ? SOCK_STREAM : SOCK_DGRAM) | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  try {
    if (six) libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ON, 4);
    if (type === 'tcp') libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON, 4);
    const name = six ? inet6(address, port) : inet(address, port);
    libc.bind(fd, name, name.length);
    if (type === 'tcp') libc.listen(fd, BACKLOG);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}

// struct sockaddr_in: family u16, port be16, address be32, zero 8 (include/uapi/linux/in.h).
const inet = (address: SocketSpec['address'], port: number): Uint8Array => new Writer(16).u16(AF_INET).be16(port).bytes(ipBytes(address)).zero(8).take();

// struct sockaddr_in6: family u16, port be16, flow be32, address 16, scope u32 (include/uapi/linux/in6.h).
const inet6 = (address: SocketSpec['address'], port: number): Uint8Array =>
  new Writer(28).u16(AF_INET6).be16(port).be32(0).bytes(ipBytes(address)).u32(0).take();
