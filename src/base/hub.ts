import { type FairleadError, failure } from './error.js';

/** Passes values on to whoever listens. A slow listener keeps its own backlog; one that has gone costs nothing. */
export class Hub<T> {
  readonly #listeners = new Set<(value: T) => void>();
  readonly #bells = new Set<Bell>();
  #closed = false;
  readonly #most: number;

  /** `most` is how many values wait for a slow stream before it is given up; without it, as many as come. */
  constructor(most = Number.POSITIVE_INFINITY) {
    this.#most = most;
  }

  /** Tells every listener. */
  tell(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  /** Calls `listener` for each value until the returned function is called. */
  listen(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Ends every stream once it has been read, and those that are asked for later at once. */
  close(): void {
    this.#closed = true;
    for (const bell of this.#bells) bell.ring();
  }

  /** The values told from this call on, until the signal aborts or the hub closes. Nothing told after the call is missed: a stream that is too slow throws `events-lost`. */
  stream(signal: AbortSignal): AsyncGenerator<T, void> {
    const backlog: T[] = [];
    const bell: Bell = { ring: () => {}, lost: undefined };
    this.#bells.add(bell);
    const deaf = this.listen((value) => {
      if (backlog.push(value) > this.#most) {
        stop();
        backlog.length = 0;
        bell.lost = failure('events-lost', { most: this.#most });
      }
      bell.ring();
    });
    const stop = () => {
      deaf();
      this.#bells.delete(bell);
    };
    const onAbort = () => {
      stop();
      bell.ring();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', onAbort);
    return this.#drain(backlog, bell, signal, () => {
      stop();
      signal.removeEventListener('abort', onAbort);
    });
  }

  async *#drain(backlog: T[], bell: Bell, signal: AbortSignal, end: () => void): AsyncGenerator<T, void> {
    try {
      while (!signal.aborted) {
        if (bell.lost) throw bell.lost;
        if (backlog.length > 0) yield* backlog.splice(0, 1);
        else if (this.#closed) return;
        else
          await new Promise<void>((resolve) => {
            bell.ring = resolve;
          });
      }
    } finally {
      end();
    }
  }
}

interface Bell {
  ring: () => void;
  lost: FairleadError | undefined;
}
