interface Waiter {
  readonly exclusive: boolean;
  readonly admit: () => void;
}

interface Queue {
  holders: number;
  exclusive: boolean;
  readonly waiting: Waiter[];
}

/**
 * Keyed queues. An operation takes the queues of all that it touches, in sorted order, so that no two wait for each other.
 * A queue is taken alone (exclusive) or together with others that only need the thing to stay (shared). First come, first
 * served: a shared request behind a waiting exclusive one waits too, so that nobody starves.
 */
export class Queues {
  readonly #queues = new Map<string, Queue>();

  /** Runs `work` while it holds the queues of all these keys. */
  async run<T>(keys: { readonly exclusive?: readonly string[]; readonly shared?: readonly string[] }, work: () => Promise<T>): Promise<T> {
    const wanted = new Map<string, boolean>();
    for (const key of keys.shared ?? []) wanted.set(key, false);
    for (const key of keys.exclusive ?? []) wanted.set(key, true);
    const held: string[] = [];
    try {
      for (const [key, exclusive] of [...wanted].sort(([a], [b]) => (a < b ? -1 : 1))) {
        const entry = this.#enter(key, exclusive);
        if (entry) await entry;
        held.push(key);
      }
      return await work();
    } finally {
      for (const key of held.reverse()) this.#leave(key);
    }
  }

  /** Whether anybody holds the queue of this key, or waits for it. */
  busy(key: string): boolean {
    return this.#queues.has(key);
  }

  #enter(key: string, exclusive: boolean): Promise<void> | undefined {
    let queue = this.#queues.get(key);
    if (!queue) {
      queue = { holders: 0, exclusive: false, waiting: [] };
      this.#queues.set(key, queue);
    }
    const free = queue.waiting.length === 0 && (queue.holders === 0 || (!exclusive && !queue.exclusive));
    if (free) {
      queue.holders++;
      queue.exclusive = exclusive;
      return undefined;
    }
    const { waiting } = queue;
    return new Promise((admit) => waiting.push({ exclusive, admit }));
  }

  #leave(key: string): void {
    const queue = this.#queues.get(key);
    if (!queue) return;
    queue.holders--;
    for (let next = queue.waiting[0]; next; next = queue.waiting[0]) {
      if (queue.holders > 0 && (next.exclusive || queue.exclusive)) return;
      queue.waiting.shift();
      queue.holders++;
      queue.exclusive = next.exclusive;
      next.admit();
    }
    if (queue.holders === 0) this.#queues.delete(key);
  }
}
