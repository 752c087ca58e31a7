import {
  AF_NETLINK,
  MSG_DONTWAIT,
  MSG_TRUNC,
  NETLINK_CAP_ACK,
  NETLINK_EXT_ACK,
  NETLINK_GET_STRICT_CHK,
  SO_RCVBUF,
  SO_RCVBUFFORCE,
  SO_SNDBUF,
  SO_SNDBUFFORCE,
  SOCK_CLOEXEC,
  SOCK_RAW,
  SOL_NETLINK,
  SOL_SOCKET,
} from './constants/socket.js';
import { EAGAIN, EINTR, EMSGSIZE, ENOBUFS, EPERM } from './errno.js';
import { lastErrno, libc, SystemError } from './libc.js';
import { NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NLMSG_DONE } from './netlink/constants.js';
import { detailOf, errorOf, messages, type NetlinkMessage, u32 } from './netlink/reader.js';
import { Writer } from './netlink/writer.js';
import type { Request } from './request.js';

/** Why the kernel said no: the error number, and its own words where it gave some. */
export interface Refusal {
  readonly errno: number;
  readonly reason?: string;
  /** Where in the request the mistake is. */
  readonly offset?: number;
}
const MOST_ATTEMPTS = 50;

const writer = new Writer(1 << 16);
// The kernel fills dumps in pieces of at most 32 kB (netlink_dump of af_netlink.c); acknowledgements come one a receive.
const received = new Uint8Array(1 << 16);

let sequence = 1;

/** A number for the next request; answers carry it. */
export const nextSequence = (count = 1): number => {
  const first = sequence;
  sequence += count;
  if (sequence > 0x7fff_ffff) sequence = 1;
  return first;
};

/**
 * A netlink socket of the namespace in which it was opened; it stays there whatever its thread does. Requests are handled
 * inside `send`, so that their answers are there when it returns and nothing here ever waits.
 */
export class NetlinkSocket {
  readonly fd: number;
  /** The kernel's name for this socket: what it causes carries this number in events. */
  readonly port: number;

  private constructor(fd: number, port: number) {
    this.fd = fd;
    this.port = port;
  }

  /** Opens one where the thread is now. `groups` are those whose events it hears, as a mask. */
  static open(protocol: number, groups = 0): NetlinkSocket {
    const fd = libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
    try {
      libc.bind(fd, new Writer(12).u16(AF_NETLINK).u16(0).u32(0).u32(groups).take(), 12);
      for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK]) libc.setsockopt(fd, SOL_NETLINK, option, ONE, 4);
      libc.getsockname(fd, address, addressLength());
      return new NetlinkSocket(fd, u32(address, 4));
    } catch (error) {
      libc.close(fd);
      throw error;
    }
  }

  /** One that another thread has opened. */
  static adopt({ fd, port }: Pick<NetlinkSocket, 'fd' | 'port'>): NetlinkSocket {
    return new NetlinkSocket(fd, port);
  }

  /** Room for so many bytes each way: beyond the host's usual limit where this process may, up to it in a user namespace. */
  widen(bytes: number): this {
    const size = new Writer(4).u32(bytes).take();
    for (const [force, usual] of [
      [SO_SNDBUFFORCE, SO_SNDBUF],
      [SO_RCVBUFFORCE, SO_RCVBUF],
    ] as const) {
      try {
        libc.setsockopt(this.fd, SOL_SOCKET, force, size, 4);
      } catch (error) {
        if (!(error instanceof SystemError) || error.errno !== EPERM) throw error;
        libc.setsockopt(this.fd, SOL_SOCKET, usual, size, 4);
      }
    }
    return this;
  }

  /**
   * Sends all in one go and answers what became of each, `undefined` for success. It is no transaction: the kernel goes
   * on after a failure. Each failure is told, and that the last was done: so all before it was, of which nothing is told
   * (netlink_rcv_skb of net/netlink/af_netlink.c). At most 64 at once, so that every failure has room (each takes about 1 kB of the buffer).
   */
  transact(requests: readonly Request[]): readonly (Refusal | undefined)[] {
    const last = requests.length - 1;
    const first = nextSequence(requests.length);
    this.send(written((w) => requests.forEach((request, index) => request(w, first + index, index === last ? NLM_F_REQUEST | NLM_F_ACK : NLM_F_REQUEST))));
    const answers = new Array<Refusal | undefined>(requests.length);
    let ended = false;
    while (!ended) {
      for (const message of this.#expect()) {
        const index = message.sequence - first;
        const errno = errorOf(message);
        if (errno === undefined || index < 0 || index > last) continue;
        if (errno !== 0) answers[index] = refusal(message, errno);
        ended = index === last;
      }
    }
    return answers;
  }

  /** One question with one answer, or why there is none. */
  ask<T>(request: Request, decode: (message: NetlinkMessage) => T): T | Refusal {
    const number = nextSequence();
    this.send(written((w) => request(w, number, NLM_F_REQUEST)));
    for (;;) {
      for (const message of this.#expect()) {
        if (message.sequence !== number) continue;
        const errno = errorOf(message);
        return errno === undefined ? decode(message) : refusal(message, errno);
      }
    }
  }

  /** Everything of a kind. A dump that a change interrupted is inconsistent (NLM_F_DUMP_INTR), so it is asked for again. */
  dump<T>(request: Request, decode: (message: NetlinkMessage) => T | undefined): T[] {
    return this.dumpBytes((number) => written((w) => request(w, number, NLM_F_REQUEST | NLM_F_DUMP)), decode);
  }

  /** The same for a request that is bytes already. */
  dumpBytes<T>(request: (sequence: number) => Uint8Array, decode: (message: NetlinkMessage) => T | undefined): T[] {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const found = this.#dumpOnce(request, decode);
      if (found) return found;
    }
    throw new SystemError('recv', EINTR);
  }

  #dumpOnce<T>(request: (sequence: number) => Uint8Array, decode: (message: NetlinkMessage) => T | undefined): T[] | undefined {
    const bytes = request(nextSequence());
    const number = u32(bytes, 8);
    this.send(bytes);
    const found: T[] = [];
    let interrupted = false;
    for (;;) {
      const batch = this.receive();
      if (batch === undefined) throw new SystemError('recv', EAGAIN);
      if (batch === 'overrun') interrupted = true;
      else
        for (const message of messages(batch)) {
          if (message.sequence !== number) continue;
          if ((message.flags & NLM_F_DUMP_INTR) !== 0) interrupted = true;
          const errno = message.type === NLMSG_DONE ? doneErrno(message) : errorOf(message);
          if (errno === EINTR) return undefined;
          if (errno) throw new SystemError('dump', errno);
          if (errno === 0) return interrupted ? undefined : found;
          const one = decode(message);
          if (one !== undefined) found.push(one);
        }
    }
  }

  /** Sends bytes that are messages already. */
  send(bytes: Uint8Array): void {
    libc.send(this.fd, bytes, bytes.length, 0);
  }

  /** What is there to be read, without waiting: a view that holds until the next call. `overrun`: some was lost. */
  receive(): Uint8Array | 'overrun' | undefined {
    const length = libc.recv(this.fd, received, received.length, MSG_DONTWAIT | MSG_TRUNC);
    if (length > received.length) throw new SystemError('recv', EMSGSIZE);
    if (length >= 0) return received.subarray(0, length);
    const errno = lastErrno();
    if (errno === EAGAIN) return undefined;
    if (errno === ENOBUFS) return 'overrun';
    throw new SystemError('recv', errno);
  }

  close(): void {
    libc.close(this.fd);
  }

  #expect(): Iterable<NetlinkMessage> {
    const batch = this.receive();
    if (batch === undefined) throw new SystemError('recv', EAGAIN);
    if (batch === 'overrun') throw new SystemError('recv', ENOBUFS);
    return messages(batch);
  }
}

/** True for an answer that is none. */
export const isRefusal = (answer: unknown): answer is Refusal => typeof answer === 'object' && answer !== null && 'errno' in answer;

// One writer for all: what a failed request left behind is thrown away with it.
function written(write: (w: Writer) => void): Uint8Array {
  try {
    write(writer);
  } catch (error) {
    writer.take();
    throw error;
  }
  return writer.take();
}

const ONE = Uint8Array.of(1, 0, 0, 0);
const address = new Uint8Array(12);
const addressLength = (): Uint8Array => Uint8Array.of(12, 0, 0, 0);

/** NLMSG_DONE of a dump carries its result as a negative error number, and nothing in some old ones. */
export const doneErrno = ({ payload }: NetlinkMessage): number => (payload.length < 4 ? 0 : -(u32(payload) | 0));

/** What an NLMSG_ERROR says. */
export function refusal(message: NetlinkMessage, errno: number): Refusal {
  const { message: reason, offset } = detailOf(message);
  return { errno, ...(reason === undefined ? {} : { reason }), ...(offset === undefined ? {} : { offset }) };
}
