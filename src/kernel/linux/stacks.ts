import { randomInt } from 'node:crypto';
import { fstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Stack } from '../../resource/resource.js';
import type { ResolverSockets } from '../kernel.js';
import { AF_PACKET, CLONE_NEWNET, O_CLOEXEC, O_RDONLY, SO_NETNS_COOKIE, SOCK_CLOEXEC, SOCK_RAW, SOL_SOCKET } from './constants/socket.js';
import { LOOPBACK_IFINDEX } from './constants/link.js';
import { EINVAL, ENOENT } from './errno.js';
import { libc, SystemError } from './libc.js';
import { NETLINK_NETFILTER, NETLINK_ROUTE } from './netlink/constants.js';
import { u64 } from './netlink/reader.js';
import { NetlinkSocket } from './netlink-socket.js';

/** What is open of a namespace: its descriptor, and sockets in it: of rtnetlink, and of nf_tables once that was asked for. */
export interface Opened {
  readonly namespace: number;
  readonly route: NetlinkSocket;
  rules?: NetlinkSocket;
  /** What is in it before the plan that wants it comes to that: the sandbox's table, and open sockets for its resolver. */
  furnished?: { table?: 'made'; sockets?: ResolverSockets };
}

/** An open stack. */
export interface Place extends Opened {
  readonly stack: Stack;
  /** The next index to give to a link that is made here. */
  nextIndex: number;
}

/** What a namespace is known by when its file is gone. An inode is used again, the cookie never. */
export interface Identity {
  readonly inode: number;
  readonly cookie: string;
}

// Three descriptors each; the hard limit of open files may be as low as 20,000 and the sockets of resolvers count too.
const MOST_OPEN = 64;
const BUFFER = 4 << 20;
// A name never leads out of the directory.
const NAME = /^(?!\.)[\w.@-]{1,200}$/;

/**
 * The stacks that are open, and which of them this thread is in. A thread changes its namespace lazily: a netlink socket
 * stays where it was opened, so that most work needs no change at all. Never on Node's main thread.
 */
export class Stacks {
  readonly host: Place;
  /** Where the files of the namespaces are. */
  readonly directory: string;
  readonly #open = new Map<Stack, Place>();
  readonly #speakers = new Map<Stack, number>();
  /** What every namespace that was open here is, until it is deleted. */
  readonly #identities = new Map<Stack, Identity>();
  #current: Stack | undefined;

  constructor(run: string, host: number) {
    this.directory = join(run, 'netns');
    libc.setns(host, CLONE_NEWNET);
    this.#current = 'host';
    this.host = { stack: 'host', namespace: host, route: NetlinkSocket.open(NETLINK_ROUTE).widen(BUFFER), nextIndex: distantIndex() };
  }

  /** The file of a namespace. */
  fileOf(stack: Stack): string {
    const name = stack.slice('ns/'.length);
    // What was read of a namespace that has no file (`ns/?3`) is a name that no file has.
    if (!NAME.test(name)) throw new SystemError('open', ENOENT);
    return join(this.directory, name);
  }

  /** The stack, opened if need be. ENOENT when there is none of this name. */
  get(stack: Stack): Place {
    if (stack === 'host') return this.host;
    const known = this.#open.get(stack);
    if (known) {
      this.#open.delete(stack);
      this.#open.set(stack, known);
      return known;
    }
    const namespace = libc.open(this.fileOf(stack), O_RDONLY | O_CLOEXEC, 0);
    try {
      this.#setns(stack, namespace);
    } catch (error) {
      libc.close(namespace);
      // A file that is no namespace: left by a process that died between making the file and mounting on it.
      throw error instanceof SystemError && error.errno === EINVAL ? new SystemError('setns', ENOENT) : error;
    }
    return this.#keep(stack, { namespace, route: NetlinkSocket.open(NETLINK_ROUTE) }, distantIndex());
  }

  /** Takes up a namespace that is new; its only link is loopback. */
  made(stack: Stack, opened: Opened): void {
    this.#identities.delete(stack);
    this.#keep(stack, opened, LOOPBACK_IFINDEX + 1);
  }

  /** The stacks whose namespaces are known. */
  get known(): readonly Stack[] {
    return [...this.#identities.keys()];
  }

  /** What the namespace of this stack is, or was while it had a file. */
  identityOf(stack: Stack): Identity | undefined {
    return this.#identities.get(stack);
  }

  /** It is deleted, or nobody lives in it. */
  unknow(stack: Stack): void {
    this.#identities.delete(stack);
  }

  /** From now on links of this stack get indexes that are far from all others. */
  scatter(stack: Stack): void {
    this.get(stack).nextIndex = distantIndex();
  }

  /** Whether the table of this sandbox was made with its namespace; no more, once that was asked. */
  takeTable(stack: Stack): boolean {
    const furnished = this.#open.get(stack)?.furnished;
    const made = furnished?.table === 'made';
    if (made) delete furnished.table;
    return made;
  }

  /** The sockets that were opened with this namespace for its resolver. They are the caller's. */
  takeSockets(stack: Stack): ResolverSockets | undefined {
    const furnished = this.#open.get(stack)?.furnished;
    const sockets = furnished?.sockets;
    delete furnished?.sockets;
    return sockets;
  }

  /** Puts this thread into a stack. */
  enter(stack: Stack): void {
    if (this.#current !== stack) this.#setns(stack, this.get(stack).namespace);
  }

  /** A socket of a sandbox's nf_tables. It stays as long as the stack, because closing one waits for what was just deleted there, and that for RCU (nft_rcv_nl_event). */
  rules(stack: Stack): NetlinkSocket {
    const place = this.get(stack);
    if (place.rules) return place.rules;
    this.enter(stack);
    place.rules = NetlinkSocket.open(NETLINK_NETFILTER);
    return place.rules;
  }

  /** A socket by which frames leave here. It stays until `hush`, because closing one waits for an RCU grace period (packet_release of net/packet/af_packet.c). */
  speaker(stack: Stack): number {
    const known = this.#speakers.get(stack);
    if (known !== undefined) return known;
    this.enter(stack);
    const socket = libc.socket(AF_PACKET, SOCK_RAW | SOCK_CLOEXEC, 0);
    this.#speakers.set(stack, socket);
    return socket;
  }

  /** Closes that socket. */
  hush(stack: Stack): void {
    const socket = this.#speakers.get(stack);
    if (socket !== undefined && this.#speakers.delete(stack)) libc.close(socket);
  }

  /** Says that this thread is in a namespace that is none of these. */
  strayed(): void {
    this.#current = undefined;
  }

  /** Lets go of every namespace whose file is gone or leads elsewhere by now: somebody unmounted it, or put another in its place. */
  verify(): void {
    for (const { stack, namespace } of this.#open.values()) {
      const [file, held] = [statSync(this.fileOf(stack), { throwIfNoEntry: false }), fstatSync(namespace)];
      if (file?.dev !== held.dev || file.ino !== held.ino) this.forget(stack);
    }
  }

  /** Lets go of a namespace, so that nothing here keeps it alive. */
  forget(stack: Stack): void {
    if (this.#current === stack) this.enter('host');
    this.hush(stack);
    const place = this.#open.get(stack);
    if (!place) return;
    this.#open.delete(stack);
    closeAll(place);
  }

  close(): void {
    for (const stack of [...this.#open.keys(), ...this.#speakers.keys()]) this.forget(stack);
    this.host.route.close();
    libc.close(this.host.namespace);
  }

  #setns(stack: Stack, namespace: number): void {
    libc.setns(namespace, CLONE_NEWNET);
    this.#current = stack;
  }

  #keep(stack: Stack, opened: Opened, nextIndex: number): Place {
    const place = { ...opened, stack, nextIndex };
    this.#open.set(stack, place);
    if (!this.#identities.has(stack)) this.#identities.set(stack, { inode: fstatSync(opened.namespace).ino, cookie: cookieOfSocket(opened.route.fd) });
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) break;
      if (oldest !== this.#current) this.forget(oldest);
    }
    return place;
  }
}

/** Closes what is open of a namespace. */
export function closeAll({ namespace, route, rules, furnished }: Opened): void {
  route.close();
  rules?.close();
  for (const socket of Object.values(furnished?.sockets ?? {})) libc.close(socket);
  libc.close(namespace);
}

/** An index far above what the kernel gives by itself: it counts up from 1, and skips what is taken (dev_index_reserve of net/core/dev.c). */
export const distantIndex = (): number => randomInt(1 << 24, 1 << 30);

/** The cookie of the namespace in which this socket was opened. */
export function cookieOfSocket(socket: number): string {
  const value = new Uint8Array(8);
  libc.getsockopt(socket, SOL_SOCKET, SO_NETNS_COOKIE, value, Uint8Array.of(8, 0, 0, 0));
  return u64(value).toString();
}
