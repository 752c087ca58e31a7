import { failure } from '../../base/error.js';
import { wantsDescriptor } from '../../base/wants-descriptor.js';
import { withoutDescriptor } from '../../base/without-descriptor.js';
import { keyOf } from '../../resource/key.js';
import type { HeldResource, Key } from '../../resource/resource.js';
import { bindTo } from './io/bind-to.js';
import { leaveRoom } from './io/leave-room.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import type { InterfaceAddress, Ip } from '../../ip/types.js';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPPROTO_SCTP,
  IPV6_V6ONLY,
  ON,
  OFF,
  SO_BINDTOIFINDEX,
  SO_REUSEADDR,
  SOCK_CLOEXEC,
  SOCK_DGRAM,
  SOCK_STREAM,
  SOL_SOCKET,
} from './constants/socket.js';
import { EACCES, EADDRINUSE, EADDRNOTAVAIL, EPERM, EPROTONOSUPPORT, nameOfErrno } from './errno.js';
import { kernelLacks } from '../kernel-lacks.js';
import { libc, SystemError } from './libc.js';
import { portHolder } from './port-holder.js';
import type { Stacks } from './stacks.js';

// The index of no interface: the kernel counts them up from 1, and never looks this one up (sock_bindtoindex of net/core/sock.c, Linux 5.1).
const NO_INTERFACE = new Uint8Array(new Int32Array([0x7fffffff]).buffer);

/**
 * The sockets that hold published ports. Bound and never listening: a connection that reaches one is refused, and another
 * program's bind fails, whatever its SO_REUSEADDR, because ours has none (inet_csk_bind_conflict of net/ipv4/inet_connection_sock.c).
 * One of UDP would swallow what reaches it. It is bound to an interface that there is not, so that no packet finds it and the sender
 * hears that the port is unreachable; it is in the way of every other socket but one that is bound to an interface itself
 * (udp_lib_lport_inuse of net/ipv4/udp.c).
 */
export class Held {
  readonly #stacks: Stacks;
  readonly #open = new Map<Key, { readonly resource: HeldResource; readonly fd: number }>();

  /** What could not be held, by the address that the host did not have. */
  readonly #awaited = new Map<Ip, Set<Key>>();

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
  }

  /** Holds a port. Throws `port-taken`, `port-denied`, `port-address`, `descriptors-exhausted` and `SystemError`. */
  take(resource: HeldResource): void {
    const { protocol, ip: address, port } = resource;
    this.#stacks.enter(resource.in);
    try {
      this.#open.set(keyOf(resource), { resource, fd: open(resource) });
    } catch (error) {
      const errno = error instanceof SystemError ? error.errno : 0;
      if (errno === EADDRNOTAVAIL) {
        this.#await(resource);
        throw failure('port-address', { protocol, address, port }, { cause: error });
      }
      if (wantsDescriptor(error)) throw withoutDescriptor(`to hold ${protocol} port ${port} of ${address}`, error);
      if (protocol === 'sctp' && errno === EPROTONOSUPPORT) throw kernelLacks('ports of SCTP', 'EPROTONOSUPPORT', error);
      // By the range of ports that want a right, or a program on the cgroup's bind.
      if (errno === EACCES || errno === EPERM) throw failure('port-denied', { protocol, address, port, errno: nameOfErrno(errno) }, { cause: error });
      if (errno !== EADDRINUSE) throw error;
      const holder = portHolder(resource);
      throw failure('port-taken', { protocol, address, port, holder, mend: 'end that program, or choose another port' }, { cause: error });
    }
  }

  /** Who else has a port, so that it cannot be held; `undefined` where that could be, or fails for another reason. Throws `SystemError` where there is no such stack. */
  holder(resource: HeldResource): string | undefined {
    this.#stacks.enter(resource.in);
    if (this.#open.has(keyOf(resource))) return undefined;
    try {
      libc.close(open(resource));
      return undefined;
    } catch (error) {
      if (!(error instanceof SystemError)) throw error;
      return error.errno === EADDRINUSE ? portHolder(resource) : undefined;
    }
  }

  /** Lets go of it; true unless it was not held. */
  release(resource: HeldResource): boolean {
    const held = this.#open.get(keyOf(resource));
    if (!held) return false;
    this.#open.delete(keyOf(resource));
    libc.close(held.fd);
    return true;
  }

  /** An address has come, on whichever link: what could not be held for want of it. Told once. */
  came(address: InterfaceAddress): readonly Key[] {
    const { ip } = splitInterfaceAddress(address);
    const awaited = this.#awaited.get(ip);
    this.#awaited.delete(ip);
    return [...(awaited ?? [])];
  }

  #await(resource: HeldResource): void {
    if (resource.in !== 'host') return;
    const awaited = this.#awaited.get(resource.ip) ?? new Set();
    this.#awaited.set(resource.ip, awaited.add(keyOf(resource)));
  }

  /** What is held. */
  list(): readonly HeldResource[] {
    return [...this.#open.values()].map(({ resource }) => resource);
  }

  close(): void {
    for (const resource of this.list()) this.release(resource);
  }
}

function open(resource: HeldResource): number {
  try {
    return bound(resource, false);
  } catch (error) {
    if (!(error instanceof SystemError) || error.errno !== EADDRINUSE) throw error;
    // What is left of a server that has ended (TIME_WAIT) is in the way of no new one, but only with SO_REUSEADDR.
    return bound(resource, true);
  }
}

function bound({ protocol, ip, port }: HeldResource, reuse: boolean): number {
  const six = familyOf(ip) === 6;
  const type = protocol === 'udp' ? SOCK_DGRAM : SOCK_STREAM;
  const fd = leaveRoom(libc.socket(six ? AF_INET6 : AF_INET, type | SOCK_CLOEXEC, protocol === 'sctp' ? IPPROTO_SCTP : 0));
  try {
    if (six) libc.setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, ON, 4);
    if (reuse && protocol !== 'udp') libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, ON, 4);
    bindTo(fd, ip, port);
    if (reuse) libc.setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, OFF, 4);
    if (protocol === 'udp') libc.setsockopt(fd, SOL_SOCKET, SO_BINDTOIFINDEX, NO_INTERFACE, 4);
    return fd;
  } catch (error) {
    libc.close(fd);
    throw error;
  }
}
