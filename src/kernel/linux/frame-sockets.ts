import type { Mac } from '../../ip/types.js';
import type { Stack } from '../../resource/resource.js';
import type { FramesSpec } from '../kernel.js';
import { EPOLLIN } from './constants/epoll.js';
import { ENODEV } from './errno.js';
import { isLater } from './io/calls.js';
import { Epoll } from './io/epoll.js';
import { openPacketSocket } from './io/packet-socket.js';
import { Stream } from './io/stream.js';
import { SystemError } from './libc.js';
import type { Stacks } from './stacks.js';

/** Frames a turn, so that a flood keeps no request waiting. */
const TURN = 32;

/** Sockets that hear frames, each known by the request that opened it, behind one epoll. */
export class FrameSockets {
  readonly #stacks: Stacks;
  readonly #say: (opener: number, frame: Uint8Array) => void;
  readonly #epoll = new Epoll();
  readonly #open = new Map<number, number>();
  #stream: Stream | undefined;

  constructor(stacks: Stacks, say: (opener: number, frame: Uint8Array) => void) {
    this.#stacks = stacks;
    this.#say = say;
  }

  /** What to poll. */
  get descriptor(): number {
    return this.#epoll.descriptor;
  }

  /** Opens one. Throws `SystemError`. */
  open(opener: number, stack: Stack, spec: FramesSpec): Mac {
    this.#stacks.enter(stack);
    const { fd, mac } = openPacketSocket(spec);
    const failed = (error: unknown) => {
      throw error;
    };
    this.#epoll.add(fd, EPOLLIN, { ready: () => this.#hear(opener, fd), failed });
    this.#open.set(opener, fd);
    return mac;
  }

  /** Throws `SystemError`. */
  send(opener: number, frame: Uint8Array): undefined {
    const fd = this.#open.get(opener);
    if (fd === undefined) throw new SystemError('send', ENODEV);
    const sent = this.#buffers.send(fd, frame);
    if (sent < 0) throw new SystemError('send', -sent);
    return undefined;
  }

  end(opener: number): undefined {
    const fd = this.#open.get(opener);
    if (fd !== undefined) this.#epoll.close(fd);
    this.#open.delete(opener);
    return undefined;
  }

  /** Tells of what has come. */
  gather(): void {
    this.#epoll.wait(0);
    this.#epoll.dispatch();
  }

  close(): void {
    for (const opener of [...this.#open.keys()]) this.end(opener);
    this.#epoll.end();
  }

  // An error is told once by each call: that the link went down, for one. It may come up again.
  #hear(opener: number, fd: number): void {
    for (let count = 0; count < TURN; count++) {
      const length = this.#buffers.receive(fd);
      if (isLater(length)) return;
      if (length > 0) this.#say(opener, this.#buffers.received.slice(0, length));
    }
  }

  get #buffers(): Stream {
    this.#stream ??= new Stream();
    return this.#stream;
  }
}
