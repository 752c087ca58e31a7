import { failure } from '../../../base/error.js';
import { CLONE_NEWNET, O_CLOEXEC, O_NONBLOCK, O_RDONLY } from '../constants/socket.js';
import { libc, SystemError } from '../libc.js';

/**
 * Where a thread of ours stays: the host's namespace. It enters another for one piece of work and is back before anything else
 * happens. Sockets stay where they were opened. Never on Node's main thread.
 */
export class Home {
  readonly #namespace: number;

  /** Moves the thread home. `path` is a namespace's file; that of the process unless given. Throws `namespace-invalid`. */
  constructor(path = '/proc/self/ns/net') {
    this.#namespace = openNamespace(path);
    enter(this.#namespace, path);
  }

  /** Does something inside another namespace. Throws `namespace-invalid` where there is none, and what the work throws. */
  inside<T>(path: string, work: () => T): T {
    const namespace = openNamespace(path);
    try {
      enter(namespace, path);
      return work();
    } finally {
      libc.setns(this.#namespace, CLONE_NEWNET);
      libc.close(namespace);
    }
  }

  close(): void {
    libc.close(this.#namespace);
  }
}

function openNamespace(path: string): number {
  try {
    // Not blocking: opening a FIFO would wait for its other end.
    return libc.open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK, 0);
  } catch (error) {
    throw invalid(path, error);
  }
}

function enter(namespace: number, path: string): void {
  try {
    libc.setns(namespace, CLONE_NEWNET);
  } catch (error) {
    throw invalid(path, error);
  }
}

function invalid(path: string, error: unknown): unknown {
  if (!(error instanceof SystemError)) return error;
  return failure('namespace-invalid', { path, reason: `it cannot be entered (${error.errnoName})` }, { cause: error });
}
