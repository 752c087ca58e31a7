// A process in a namespace that serves SCTP on port 7000 of both families, where it has a name: it answers `NAME ADDRESS`, the address
// that it saw. Without a name it asks, when told an address and a port. A server never ends by itself.
import koffi from 'koffi';
import { ipFromBytes } from '#dist/ip/ip.js';
import { AF_INET, AF_INET6, IPPROTO_SCTP, SOCK_STREAM, SOL_SOCKET } from '#dist/kernel/linux/constants/socket.js';
import { enterNetwork } from '#dist/kernel/linux/enter-network.js';
import { sockaddr } from '#dist/kernel/linux/io/sockaddr.js';
import { libc } from '#dist/kernel/linux/libc.js';

// include/uapi/asm-generic/socket.h; a struct timeval of seconds. What is dropped is waited for so long.
const [SO_RCVTIMEO, SO_SNDTIMEO, WAIT, LENGTH] = [20, 21, [2n, 0n], 64];
const accept = koffi.load(null).func('int accept(int, void *, void *)');

const [, , path, name] = process.argv;
enterNetwork(path);
process.on('disconnect', () => process.exit(0));
process.on('message', ({ to, port }) => process.send(ask(to, port)));
const listening = name === undefined ? undefined : listen();
process.send('ready', () => listening !== undefined && serve(listening));

function listen() {
  const listening = libc.socket(AF_INET6, SOCK_STREAM, IPPROTO_SCTP);
  const any = sockaddr('::', 7000);
  libc.bind(listening, any, any.length);
  libc.listen(listening, 8);
  return listening;
}

function serve(listening) {
  for (;;) {
    const [from, size] = [new Uint8Array(28), new Uint8Array(new Int32Array([28]).buffer)];
    const socket = accept(listening, from, size);
    if (socket < 0) continue;
    // struct sockaddr_in6: the address is at octet 8.
    const answer = Buffer.from(`${name} ${ipFromBytes(from.subarray(8, 24)).replace(/^::ffff:/, '')}`);
    libc.send(socket, answer, answer.length, 0);
    libc.close(socket);
  }
}

function ask(to, port) {
  const socket = libc.socket(to.includes(':') ? AF_INET6 : AF_INET, SOCK_STREAM, IPPROTO_SCTP);
  try {
    const wait = new Uint8Array(new BigInt64Array(WAIT).buffer);
    for (const option of [SO_RCVTIMEO, SO_SNDTIMEO]) libc.setsockopt(socket, SOL_SOCKET, option, wait, wait.length);
    const address = sockaddr(to, port);
    libc.connect(socket, address, address.length);
    const heard = Buffer.alloc(LENGTH);
    const length = libc.recv(socket, heard, heard.length, 0);
    return length > 0 ? heard.toString('latin1', 0, length) : null;
  } catch {
    return null;
  } finally {
    libc.close(socket);
  }
}
