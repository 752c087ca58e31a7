import { setImmediate as nextTurn } from 'node:timers/promises';
import { MSG_DONTWAIT, MSG_TRUNC } from './constants/socket.js';
import { libc, receiveInPool, sendInPool } from './libc.js';
import { messages, type NetlinkMessage } from './netlink/reader.js';

/** How long a thread of the pool is waited for, in milliseconds: it is everybody's in this process, and may be at work for others. */
const PATIENCE = 500;

/** The pool had no time; the socket is of no more use. */
export class PoolTaken extends Error {}

/**
 * A netlink socket for what the kernel takes its time over, where the calling thread must not wait: a thread of libuv's pool does. Where that has no time, it
 * may be used `direct`: it asks by itself then, with a turn for others before each piece.
 */
export class PatientSocket {
  direct = false;
  readonly #fd: number;
  readonly #room = new Uint8Array(1 << 16);
  #away: Promise<unknown> | undefined;

  /** By an open socket, which is its own from now on. */
  constructor(fd: number) {
    this.#fd = fd;
  }

  /** Sends messages, in which the kernel does what they ask for. Throws `PoolTaken`, `SystemError`. */
  async send(bytes: Uint8Array): Promise<void> {
    if (!this.direct) return this.#inTime(sendInPool(this.#fd, bytes));
    await nextTurn();
    libc.send(this.#fd, bytes, bytes.length, 0);
  }

  /** The next piece of what is answered, until the next call; undefined where some was lost. The kernel writes the one after it meanwhile. Throws `PoolTaken`, `SystemError`. */
  async receive(): Promise<Uint8Array | undefined> {
    if (!this.direct) return this.#inTime(receiveInPool(this.#fd, this.#room));
    await nextTurn();
    return this.#receiveNow();
  }

  /** Asks at once what the kernel answers from memory. */
  ask(bytes: Uint8Array): Iterable<NetlinkMessage> {
    libc.send(this.#fd, bytes, bytes.length, 0);
    return this.answers();
  }

  /** What has been answered already, and is short. */
  *answers(): Generator<NetlinkMessage> {
    for (let piece = this.#receiveNow(); piece; piece = this.#receiveNow()) yield* messages(piece);
  }

  /** Closes it, once the pool has let go of it. */
  close(): void {
    const close = () => void libc.close(this.#fd);
    if (this.#away) this.#away.then(close, close);
    else close();
  }

  #receiveNow(): Uint8Array | undefined {
    const length = libc.recv(this.#fd, this.#room, this.#room.length, MSG_DONTWAIT | MSG_TRUNC);
    return length < 0 || length > this.#room.length ? undefined : this.#room.subarray(0, length);
  }

  async #inTime<T>(work: Promise<T>): Promise<T> {
    this.#away = work;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      // What has been done is heard of after the timers of a turn.
      timer = setTimeout(() => setImmediate(() => reject(new PoolTaken())), PATIENCE);
    });
    try {
      const done = await Promise.race([work, late]);
      this.#away = undefined;
      return done;
    } finally {
      clearTimeout(timer);
    }
  }
}
