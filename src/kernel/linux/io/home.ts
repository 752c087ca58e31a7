import { failure } from '../../../base/error.js';
import { CLONE_NEWNET, O_CLOEXEC, O_NONBLOCK, O_RDONLY } from '../constants/socket.js';
import { EMFILE, ENFILE, ENOMEM } from '../errno.js';
import { libc, SystemError } from '../libc.js';

/**
 * Where a thread of ours stays: the host's namespace. It enters another for one piece of work and is back before anything else
 * happens. Sockets stay where they were opened. Never on Node's main thread.
 */
export class Home {
  /** Of the namespace where it stays. */
  readonly descriptor: number;

  /** Moves the thread home. `path` is a namespace's file; that of the process unless given. Throws `namespace-invalid`. */
  constructor(path = '/proc/self/ns/net') {
    this.descriptor = openNamespace(path);
    enter(this.descriptor, path);
  }

  /** Does something inside another namespace. Throws `namespace-invalid` where there is none, and what the work throws. */
  inside<T>(path: string, work: () => T): T {
    const namespace = openNamespace(path);
    try {
      enter(namespace, path);
      return work();
    } finally {
      libc.setns(this.descriptor, CLONE_NEWNET);
      libc.close(namespace);
    }
  }

  close(): void {
    libc.close(this.descriptor);
  }
}

const FULL: ReadonlySet<number> = new Set([EMFILE, ENFILE, ENOMEM]);

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
  // That there is no room for another descriptor says nothing of the namespace.
  if (!(error instanceof SystemError) || FULL.has(error.errno)) return error;
  return failure('namespace-invalid', { path, reason: `it cannot be entered (${error.errnoName})` }, { cause: error });
}
