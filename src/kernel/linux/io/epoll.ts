import { EPOLL_CLOEXEC, EPOLL_CTL_ADD, EPOLL_CTL_DEL, EPOLL_CTL_MOD } from '../constants/epoll.js';
import { EINTR } from '../errno.js';
import { libc, SystemError } from '../libc.js';
import { calls } from './calls.js';
import { Memory } from './memory.js';

/** What a descriptor belongs to. */
export interface Watched {
  /** There is something to do. `events` are EPOLL flags; what is left undone is told again. */
  ready(events: number): void;
  /** Its own code threw. The others go on. */
  failed(error: unknown): void;
}

// struct epoll_event: events u32, data u64; packed on x86-64 alone (EPOLL_PACKED of include/uapi/linux/eventpoll.h).
const DATA = process.arch === 'x64' ? 4 : 8;
const EVENT = DATA + 8;
/** Events a round. The kernel puts what is still ready behind the others, so that a busy descriptor does not starve them. */
const ROUND = 64;

/**
 * The descriptors that a thread serves, level-triggered. A descriptor may be closed, and its number be given again, while a round that
 * names it is being worked off: each registration has a number of its own, and an event of an old one is left out.
 */
export class Epoll {
  /** Readable while any of them is: another loop may wait for it. */
  readonly descriptor = libc.epoll_create1(EPOLL_CLOEXEC);
  readonly #events = new Memory(ROUND * EVENT);
  readonly #one = new Memory(EVENT);
  readonly #watched: (Watched | undefined)[] = [];
  readonly #registrations: number[] = [];
  #last = 0;
  #count = 0;

  /** Takes a descriptor over. One that cannot be watched is closed. */
  add(fd: number, events: number, watched: Watched): void {
    this.#last = (this.#last + 1) >>> 0;
    try {
      this.#control(EPOLL_CTL_ADD, fd, events, this.#last);
    } catch (error) {
      libc.close(fd);
      throw error;
    }
    this.#watched[fd] = watched;
    this.#registrations[fd] = this.#last;
  }

  change(fd: number, events: number): void {
    this.#control(EPOLL_CTL_MOD, fd, events, this.#registrations[fd] ?? 0);
  }

  /** Forgets a descriptor and closes it. */
  close(fd: number): void {
    this.#watched[fd] = undefined;
    libc.epoll_ctl(this.descriptor, EPOLL_CTL_DEL, fd, null);
    libc.close(fd);
  }

  /** Waits until something is ready, at most `timeout` milliseconds (-1: for ever). Answers how much is. */
  wait(timeout: number): number {
    const count = calls.epollWait(this.descriptor, this.#events.address, ROUND, timeout);
    if (count < 0 && count !== -EINTR) throw new SystemError('epoll_wait', -count);
    this.#count = Math.max(0, count);
    return this.#count;
  }

  /** Lets all that was ready work. */
  dispatch(): void {
    const { view } = this.#events;
    for (let at = 0; at < this.#count * EVENT; at += EVENT) {
      const fd = view.getUint32(at + DATA, true);
      const watched = this.#watched[fd];
      if (watched === undefined || this.#registrations[fd] !== view.getUint32(at + DATA + 4, true)) continue;
      try {
        watched.ready(view.getUint32(at, true));
      } catch (error) {
        watched.failed(error);
      }
    }
    this.#count = 0;
  }

  end(): void {
    libc.close(this.descriptor);
  }

  #control(operation: number, fd: number, events: number, registration: number): void {
    const { view, bytes } = this.#one;
    view.setUint32(0, events, true);
    view.setUint32(DATA, fd, true);
    view.setUint32(DATA + 4, registration, true);
    libc.epoll_ctl(this.descriptor, operation, fd, bytes);
  }
}
