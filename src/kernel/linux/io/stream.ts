import { MSG_DONTWAIT, MSG_NOSIGNAL, SOCK_CLOEXEC, SOCK_NONBLOCK } from '../constants/socket.js';
import { calls } from './calls.js';
import { Memory } from './memory.js';

/** Bytes a call. */
const ROOM = 1 << 16;

/**
 * Reads from and writes to connected sockets, of TCP or UDP, without waiting. One pair of buffers serves every socket of the thread: what was
 * received holds until the next `receive`. Answers are counts of bytes, or errors' numbers below zero.
 */
export class Stream {
  readonly #in = new Memory(ROOM);
  readonly #out = new Memory(ROOM);

  /** A connection that somebody has made to a listening socket. */
  accept(fd: number): number {
    return calls.accept4(fd, 0, 0, SOCK_NONBLOCK | SOCK_CLOEXEC);
  }

  /** What has come; of a TCP connection 0 is its end. */
  receive(fd: number): number {
    return calls.recv(fd, this.#in.address, ROOM, MSG_DONTWAIT);
  }

  /** The bytes received; only the first of them, as many as `receive` said. */
  get received(): Uint8Array {
    return this.#in.bytes;
  }

  /** Sends as much as there is room for in the socket, at most 65,536 bytes. */
  send(fd: number, bytes: Uint8Array): number {
    const part = bytes.length > ROOM ? bytes.subarray(0, ROOM) : bytes;
    this.#out.bytes.set(part);
    return calls.send(fd, this.#out.address, part.length, MSG_DONTWAIT | MSG_NOSIGNAL);
  }
}
