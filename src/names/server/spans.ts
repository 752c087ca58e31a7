import { Waits } from './waits.js';

/** Waits of several spans. There are few of them: whole seconds, as users write them. */
export class Spans {
  readonly #bySpan = new Map<number, Waits>();

  /** Those that wait for so many milliseconds. */
  of(span: number): Waits {
    const known = this.#bySpan.get(span);
    if (known !== undefined) return known;
    const made = new Waits(span);
    this.#bySpan.set(span, made);
    return made;
  }

  /** When to look again; infinity when nothing waits. */
  get first(): number {
    let first = Number.POSITIVE_INFINITY;
    for (const waits of this.#bySpan.values()) first = Math.min(first, waits.first);
    return first;
  }

  /** Tells those whose time is over. */
  expire(now: number): void {
    for (const waits of this.#bySpan.values()) waits.expire(now);
  }
}
