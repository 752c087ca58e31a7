import type { Kernel } from '../kernel/kernel.js';
import type { Ledger } from '../ledger/ledger.js';

/**
 * Deletions that the kernel has accepted and not finished. What hung on them (addresses, subnets) is given back only when they
 * are done, or silent: an address that a packet can still reach is not given to another.
 */
export class Draining {
  readonly #kernel: Pick<Kernel, 'settled' | 'silent'>;
  readonly #ledger: Pick<Ledger, 'past'>;
  #pending = 0;
  /** Whether links may be left that are only silent. */
  #left = false;
  #silences = 0;
  // Resolves when all that was pending so far is done: each deletion is added to it once, however many wait for it.
  #last: Promise<unknown> = Promise.resolve();
  #hurrying: Promise<void> | undefined;

  constructor(kernel: Pick<Kernel, 'settled' | 'silent'>, ledger: Pick<Ledger, 'past'>) {
    this.#kernel = kernel;
    this.#ledger = ledger;
  }

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

  /** Resolves when everything that was pending at the call is done, in its own time. */
  async past(): Promise<void> {
    await this.#last;
  }

  /** The same for whoever waits for it: nothing is gathered any longer. A kernel that is closed has let go of everything. */
  async settled(): Promise<void> {
    const last = this.#last;
    const silences = this.#silences;
    if (this.busy || this.#left) await this.#hurry();
    // Who asked for silence meanwhile may have left others.
    if (this.#silences === silences) this.#left = false;
    await last;
  }

  // Those that are removed at once ask once.
  #hurry(): Promise<void> {
    this.#hurrying ??= Promise.resolve().then(async () => {
      this.#hurrying = undefined;
      // The kernel hurries with what it has heard of.
      await this.#ledger.past();
      await this.#kernel.settled().catch(() => {});
    });
    return this.#hurrying;
  }

  /** Resolves when what hung on everything that was pending is given back: its links are down then, and go in their own time. */
  async silent(): Promise<void> {
    if (!this.busy) return;
    const last = this.#last;
    this.#left = true;
    this.#silences++;
    await this.#ledger.past();
    await this.#kernel.silent().catch(() => {});
    await last;
  }
}
