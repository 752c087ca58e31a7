const AT_ONCE = 8;
const WITHIN = 10_000;
const PAUSE = 1000;

/** Lets eight pass at once, and one a second while there were eight in the last ten seconds. Times are milliseconds. */
export class Pace {
  #passed: number[] = [];

  /** How long the next one has to wait. */
  wait(now: number): number {
    this.#passed = this.#passed.filter((time) => now - time < WITHIN);
    if (this.#passed.length < AT_ONCE) return 0;
    return Math.max(0, PAUSE - (now - (this.#passed.at(-1) ?? now)));
  }

  /** One has passed. */
  pass(now: number): void {
    this.#passed.push(now);
  }
}
