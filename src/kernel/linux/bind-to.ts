import { familyOf, ipBytes } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import { AF_INET, AF_INET6 } from './constants/socket.js';
import { libc } from './libc.js';
import { Writer } from './netlink/writer.js';

/** Binds a socket of the address's family. Throws `SystemError`. */
export function bindTo(fd: number, address: Ip, port: number): void {
  const name = familyOf(address) === 6 ? inet6(address, port) : inet(address, port);
  libc.bind(fd, name, name.length);
}

// struct sockaddr_in: family u16, port be16, address be32, zero 8 (include/uapi/linux/in.h).
const inet = (address: Ip, port: number): Uint8Array => new Writer(16).u16(AF_INET).be16(port).bytes(ipBytes(address)).zero(8).take();

// struct sockaddr_in6: family u16, port be16, flow be32, address 16, scope u32 (include/uapi/linux/in6.h).
const inet6 = (address: Ip, port: number): Uint8Array => new Writer(28).u16(AF_INET6).be16(port).be32(0).bytes(ipBytes(address)).u32(0).take();
