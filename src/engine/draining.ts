/**
 * Deletions that the kernel has accepted and not finished. What hung on them (addresses, subnets) is given back only when they
 * are done: an address that a packet can still reach is not given to another.
 */
export class Draining {
  readonly #pending = new Set<Promise<void>>();

  /** Calls `after` when the deletion is done, or can no longer be waited for; errors go to `failed`. */
  follow(drained: Promise<void>, after: () => void | Promise<void>, failed: (error: unknown) => void): Promise<void> {
    const work = drained.catch(failed).then(after).catch(failed);
    this.#pending.add(work);
    return work.finally(() => this.#pending.delete(work));
  }

  /** Whether anything is still to be finished. */
  get busy(): boolean {
    return this.#pending.size > 0;
  }

  /** Resolves when everything that was pending at the call is done. */
  async settled(): Promise<void> {
    await Promise.all(this.#pending);
  }
}
