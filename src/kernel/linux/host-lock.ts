import { failure } from '../../base/error.js';
import { AF_UNIX, SOCK_CLOEXEC, SOCK_DGRAM } from './constants/socket.js';
import { EADDRINUSE } from './errno.js';
import { libc, SystemError } from './libc.js';
import { Writer } from './netlink/writer.js';

/**
 * The right to manage the network namespace that this thread is in, as a descriptor: closing it, or dying, gives the right
 * up. Abstract unix addresses belong to a network namespace (unix(7)). Throws `host-locked`.
 */
export function lockHost(): number {
  const fd = libc.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const name = new Writer(16).u16(AF_UNIX).u8(0).bytes(new TextEncoder().encode('fairlead')).take();
  try {
    libc.bind(fd, name, name.length);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error instanceof SystemError && error.errno === EADDRINUSE ? failure('host-locked', {}) : error;
  }
}
