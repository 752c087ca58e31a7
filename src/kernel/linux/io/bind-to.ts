import type { Ip } from '../../../ip/types.js';
import { libc } from '../libc.js';
import { sockaddr } from './sockaddr.js';

/** Binds a socket of the address's family. Throws `SystemError`. */
export function bindTo(fd: number, address: Ip, port: number): void {
  const name = sockaddr(address, port);
  libc.bind(fd, name, name.length);
}
