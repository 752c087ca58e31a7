/** Something that does not wait for ever. */
export interface Waiting {
  /** The time is over. */
  expired(): void;
  /** Its own code threw when it was told. The others go on. */
  failed(error: unknown): void;
}

/**
 * What waits for the same span each, so that the order in which they began is the order in which they end: nothing is sorted, and
 * nothing is looked through. Times are milliseconds of one clock.
 */
export class Waits {
  readonly #span: number;
  readonly #ends = new Map<Waiting, number>();
  /** Nothing ends before. It may be too early: what would have ended then has been cleared. */
  #first = Number.POSITIVE_INFINITY;

  constructor(span: number) {
    this.#span = span;
  }

  /** Begins to wait, anew if it did already. */
  begin(each: Waiting, now: number): void {
    this.#ends.delete(each);
    this.#ends.set(each, now + this.#span);
    this.#first = Math.min(this.#first, now + this.#span);
  }

  clear(each: Waiting): void {
    this.#ends.delete(each);
  }

  /** When to look again; infinity when nothing waits. */
  get first(): number {
    return this.#first;
  }

  /** Tells those whose time is over. They may begin others meanwhile. */
  expire(now: number): void {
    if (now < this.#first) return;
    for (const [each, end] of this.#ends) {
      if (end > now) break;
      this.#ends.delete(each);
      try {
        each.expired();
      } catch (error) {
        each.failed(error);
      }
    }
    this.#first = this.#ends.values().next().value ?? Number.POSITIVE_INFINITY;
  }
}
