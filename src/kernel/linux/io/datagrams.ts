import { MSG_DONTWAIT, MSG_NOSIGNAL, MSG_TRUNC } from '../constants/socket.js';
import { calls } from './calls.js';
import { Memory } from './memory.js';

/** Datagrams a call. */
const MOST = 64;
/** The longest datagram, in bytes: what comes longer is cut, and said to be. */
export const LONGEST_DATAGRAM = 4096;
/** struct sockaddr_in: the peers are IPv4. */
const NAME = 16;

// struct mmsghdr of a 64-bit machine (include/linux/socket.h): name and its length, iov and its length, control and its length,
// flags, then the length of the datagram. struct iovec: base, length.
const HEADER = { size: 64, name: 0, nameLength: 8, iov: 16, iovLength: 24, flags: 48, length: 56 };
const IOVEC = { size: 16, base: 0, length: 8 };

class Side {
  readonly data = new Memory(MOST * LONGEST_DATAGRAM);
  readonly names = new Memory(MOST * NAME);
  readonly headers = new Memory(MOST * HEADER.size);
  readonly vectors = new Memory(MOST * IOVEC.size);
  readonly slots: readonly Uint8Array[];

  constructor() {
    const { headers, vectors } = this;
    const each = Array.from({ length: MOST }, (_, index) => index);
    this.slots = each.map((index) => this.data.bytes.subarray(index * LONGEST_DATAGRAM, (index + 1) * LONGEST_DATAGRAM));
    for (const index of each) {
      const [header, vector] = [index * HEADER.size, index * IOVEC.size];
      pointer(headers, header + HEADER.name, this.names.address + index * NAME);
      headers.view.setUint32(header + HEADER.nameLength, NAME, true);
      pointer(headers, header + HEADER.iov, vectors.address + vector);
      headers.view.setUint32(header + HEADER.iovLength, 1, true);
      pointer(vectors, vector + IOVEC.base, this.data.address + index * LONGEST_DATAGRAM);
      vectors.view.setUint32(vector + IOVEC.length, LONGEST_DATAGRAM, true);
    }
  }
}

/**
 * Receives many datagrams with one call and answers them with another. All memory is made once and shared by every
 * socket of the thread: what was received holds until the next `receive`.
 *
 *     receive(fd) ──► for each: packet(index), length(index) ──► written into reply(), then answer(index, length) ──► flush(fd)
 */
export class Datagrams {
  readonly #in = new Side();
  readonly #out = new Side();
  // A single answer may come between those of a turn.
  readonly #one = { data: new Memory(1 << 16), name: new Memory(NAME) };
  #answers = 0;

  /** How many have come, or an error's number below zero. */
  receive(fd: number): number {
    this.#answers = 0;
    return calls.recvmmsg(fd, this.#in.headers.address, MOST, MSG_DONTWAIT, 0);
  }

  /** The bytes of a received datagram; only its first `length` are of it. */
  packet(index: number): Uint8Array {
    return this.#in.slots[index] as Uint8Array;
  }

  length(index: number): number {
    return this.#in.headers.view.getUint32(index * HEADER.size + HEADER.length, true);
  }

  /** True when the datagram was longer than there is room. */
  isCut(index: number): boolean {
    return (this.#in.headers.view.getUint32(index * HEADER.size + HEADER.flags, true) & MSG_TRUNC) !== 0;
  }

  /** Who has sent it: a copy of its address and port, in the kernel's form. */
  sender(index: number): Uint8Array {
    return this.#in.names.bytes.slice(index * NAME, (index + 1) * NAME);
  }

  /** Where the next answer is to be written. */
  reply(): Uint8Array {
    return this.#out.slots[this.#answers] as Uint8Array;
  }

  /** Takes what was written into `reply()` as the answer to a datagram. */
  answer(index: number, length: number): void {
    const { names, vectors } = this.#out;
    names.bytes.set(this.#in.names.bytes.subarray(index * NAME, (index + 1) * NAME), this.#answers * NAME);
    vectors.view.setUint32(this.#answers * IOVEC.size + IOVEC.length, length, true);
    this.#answers++;
  }

  /** Sends the answers. One that the kernel refuses is left out, as the network may lose it; those behind it are still sent. */
  flush(fd: number): void {
    let done = 0;
    while (done < this.#answers) {
      const sent = calls.sendmmsg(fd, this.#out.headers.address + done * HEADER.size, this.#answers - done, MSG_DONTWAIT | MSG_NOSIGNAL);
      done += Math.max(1, sent);
    }
    this.#answers = 0;
  }

  /** Sends one to whoever `sender` told of. The kernel may refuse it, as the network may lose it. */
  send(fd: number, bytes: Uint8Array, to: Uint8Array): void {
    const { data, name } = this.#one;
    data.bytes.set(bytes);
    name.bytes.set(to);
    calls.sendto(fd, data.address, bytes.length, MSG_DONTWAIT | MSG_NOSIGNAL, name.address, NAME);
  }
}

function pointer(memory: Memory, at: number, address: number): void {
  memory.view.setBigUint64(at, BigInt(address), true);
}
