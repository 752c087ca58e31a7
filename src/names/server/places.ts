import type { Id } from '../../base/id.js';

/**
 * The places for questions that are with upstreams: so many for all sandboxes together, and a sandbox has no more of them than are left free.
 * So one alone has half of them at most; of two that take what they get each has a third, and a third stays free; and whoever has none gets one
 * however many others want all.
 */
export class Places {
  readonly #all: number;
  readonly #held = new Map<Id, number>();
  #taken = 0;

  constructor(all: number) {
    this.#all = all;
  }

  /** How many are taken. */
  get taken(): number {
    return this.#taken;
  }

  /** Whether there is one for this sandbox. */
  has(sandbox: Id): boolean {
    return (this.#held.get(sandbox) ?? 0) < this.#all - this.#taken;
  }

  take(sandbox: Id): void {
    this.#held.set(sandbox, (this.#held.get(sandbox) ?? 0) + 1);
    this.#taken++;
  }

  /** Gives one back that this sandbox took. */
  give(sandbox: Id): void {
    const left = (this.#held.get(sandbox) ?? 0) - 1;
    if (left > 0) this.#held.set(sandbox, left);
    else this.#held.delete(sandbox);
    this.#taken--;
  }
}
