/**
 * Deletions that the kernel has accepted and not finished. What hung on them (addresses, subnets) is given back only when they
 * are done: an address that a packet can still reach is not given to another.
 */
export class Draining {
  #pending = 0;
  // Resolves when all that was pending so far is done: each deletion is added to it once, however many wait for it.
  #last: Promise<unknown> = Promise.resolve();

  /** Calls `after` when the deletion is done, or can no longer be waited for; errors go to `failed`. */
  follow(drained: Promise<void>, after: () => void | Promise<void>, failed: (error: unknown) => void): Promise<void> {
    this.#pending++;
    const work = drained
      .catch(failed)
      .then(after)
      .catch(failed)
      .finally(() => this.#pending--);
    this.#last = Promise.all([this.#last, work]);
    return work;
  }

  /** Whether anything is still to be finished. */
  get busy(): boolean {
    return this.#pending > 0;
  }

  /** Resolves when everything that was pending at the call is done. */
  async settled(): Promise<void> {
    await this.#last;
  }
}
