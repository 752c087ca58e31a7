import { familyOf, ipBytes } from '../../../ip/ip.js';
import type { Ip } from '../../../ip/types.js';
import { AF_INET, AF_INET6 } from '../constants/socket.js';
import { Writer } from '../netlink/writer.js';

/** An address and a port as the kernel takes them. `scope` is the index of the link that a link-local address is on (RFC 4007). */
export const sockaddr = (address: Ip, port: number, scope = 0): Uint8Array => (familyOf(address) === 6 ? inet6(address, port, scope) : inet(address, port));

// struct sockaddr_in: family u16, port be16, address be32, zero 8 (include/uapi/linux/in.h).
const inet = (address: Ip, port: number): Uint8Array => new Writer(16).u16(AF_INET).be16(port).bytes(ipBytes(address)).zero(8).take();

// struct sockaddr_in6: family u16, port be16, flow be32, address 16, scope u32 (include/uapi/linux/in6.h).
const inet6 = (address: Ip, port: number, scope: number): Uint8Array =>
  new Writer(28).u16(AF_INET6).be16(port).be32(0).bytes(ipBytes(address)).u32(scope).take();
