/** Passes values on to whoever listens. A slow listener keeps its own backlog; one that has gone costs nothing. */
export class Hub<T> {
  readonly #listeners = new Set<(value: T) => void>();

  /** Tells every listener. */
  tell(value: T): void {
    for (const listener of this.#listeners) listener(value);
  }

  /** Calls `listener` for each value until the returned function is called. */
  listen(listener: (value: T) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** The values told from this call on, until the signal aborts. Nothing told after the call is missed. */
  stream(signal: AbortSignal): AsyncGenerator<T, void> {
    const backlog: T[] = [];
    const bell = { ring: () => {} };
    const stop = this.listen((value) => {
      backlog.push(value);
      bell.ring();
    });
    const onAbort = () => {
      stop();
      bell.ring();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', onAbort);
    return drain(backlog, bell, signal, () => {
      stop();
      signal.removeEventListener('abort', onAbort);
    });
  }
}

async function* drain<T>(backlog: T[], bell: { ring: () => void }, signal: AbortSignal, end: () => void): AsyncGenerator<T, void> {
  try {
    while (!signal.aborted) {
      if (backlog.length > 0) yield* backlog.splice(0, 1);
      else
        await new Promise<void>((resolve) => {
          bell.ring = resolve;
        });
    }
  } finally {
    end();
  }
}
