/** Numbers that a seed decides (mulberry32). */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** A whole number from 0 up to, and without, `limit`. */
  below(limit: number): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let t = this.#state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  }

  /** One of these. */
  pick<T>(all: readonly T[]): T {
    const [one] = all.slice(this.below(all.length));
    if (one === undefined) throw new Error('there is nothing to pick from');
    return one;
  }

  /** True once in so many times. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** Some of these, in their order. */
  some<T>(all: readonly T[], most: number): readonly T[] {
    const left = [...all];
    return Array.from({ length: this.below(most + 1) }, () => left.splice(this.below(left.length), 1)).flat();
  }
}
