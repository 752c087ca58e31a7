import type { ProcessId } from '../../base/process-id.js';
import { EPOLLIN } from './constants/epoll.js';
import { EINVAL, ENOENT, ESRCH } from './errno.js';
import { Epoll } from './io/epoll.js';
import { libc, SystemError } from './libc.js';
import { startOf } from './process.js';

/** include/uapi/asm-generic/unistd.h, the same on every machine that Node serves; since Linux 5.3. glibc has it by name since 2.36. */
const SYS_pidfd_open = 434;

/** A process whose end somebody waits for. */
interface Watched {
  readonly key: string;
  readonly descriptor: number;
  readonly askers: Set<number>;
}

/**
 * Processes whose end is waited for. A pidfd becomes readable when its process has ended (pidfd_open(2)), reaped or not. One
 * process takes one descriptor, however many wait for it.
 */
export class Processes {
  readonly #epoll = new Epoll();
  readonly #byKey = new Map<string, Watched>();
  readonly #byAsker = new Map<number, Watched>();
  readonly #tell: (asker: number) => void;

  /** `tell` is called once for each who waits, when the process has ended. */
  constructor(tell: (asker: number) => void) {
    this.#tell = tell;
  }

  /** What to poll. */
  get descriptor(): number {
    return this.#epoll.descriptor;
  }

  /** Waits for its end. False when it has ended already: then nothing is told. Throws `SystemError`. */
  wait(asker: number, process: ProcessId): boolean {
    const watched = this.#byKey.get(keyOf(process)) ?? this.#watch(process);
    if (!watched) return false;
    watched.askers.add(asker);
    this.#byAsker.set(asker, watched);
    return true;
  }

  /** Waits no longer. */
  forget(asker: number): void {
    const watched = this.#byAsker.get(asker);
    if (!watched) return;
    this.#byAsker.delete(asker);
    watched.askers.delete(asker);
    if (watched.askers.size === 0) this.#unwatch(watched);
  }

  /** Tells of the processes that have ended. */
  gather(): void {
    this.#epoll.wait(0);
    this.#epoll.dispatch();
  }

  close(): void {
    for (const watched of [...this.#byKey.values()]) this.#unwatch(watched);
    this.#epoll.end();
  }

  // First the descriptor, then the start time: from then on it is certain whose descriptor it is.
  #watch(process: ProcessId): Watched | undefined {
    const descriptor = openProcess(process.pid);
    if (descriptor === undefined) return undefined;
    if (startOf(process.pid) !== process.started) {
      libc.close(descriptor);
      return undefined;
    }
    const watched = { key: keyOf(process), descriptor, askers: new Set<number>() };
    const failed = (error: unknown) => {
      throw error;
    };
    this.#epoll.add(descriptor, EPOLLIN, { ready: () => this.#ended(watched), failed });
    this.#byKey.set(watched.key, watched);
    return watched;
  }

  #ended(watched: Watched): void {
    this.#unwatch(watched);
    for (const asker of watched.askers) {
      this.#byAsker.delete(asker);
      this.#tell(asker);
    }
  }

  #unwatch({ key, descriptor }: Watched): void {
    this.#byKey.delete(key);
    this.#epoll.close(descriptor);
  }
}

/** When the process of this pid started; `undefined` when there is none whose end could be waited for: a thread has a pid in /proc too. Throws `SystemError`. */
export function startOfProcess(pid: number): string | undefined {
  const descriptor = openProcess(pid);
  if (descriptor === undefined) return undefined;
  try {
    return startOf(pid);
  } finally {
    libc.close(descriptor);
  }
}

// EINVAL and, since Linux 6.15, ENOENT are said of a thread.
function openProcess(pid: number): number | undefined {
  try {
    return libc.syscall(SYS_pidfd_open, pid, 0);
  } catch (error) {
    if (error instanceof SystemError && [ESRCH, EINVAL, ENOENT].includes(error.errno)) return undefined;
    throw error;
  }
}

const keyOf = ({ pid, started }: ProcessId): string => `${pid} ${started}`;
