import { getHeapStatistics } from 'node:v8';

/** Milliseconds without work after which a thread is at rest. */
const CALM = 8000;
/** Bytes that are worth it. */
const WORTH = 2 << 20;
/** A collection leaves pages with little on them, and knows of the next one's which those are: it moves what is there together. V8 takes up to three as well. */
const ROUNDS = 3;

/** What leftovers are told by. */
interface Heap {
  /** Bytes in use, with what nobody needs any more. */
  used(): number;
  /** Collects all that nobody needs. */
  readonly collect: (() => void) | undefined;
}

/** This thread's. Without V8's flag --expose-gc, which is the process's to give, nothing is collected. */
const heap: Heap = { used: () => getHeapStatistics().used_heap_size, collect: globalThis.gc && (() => globalThis.gc?.()) };

/**
 * What work has left in the memory of a thread. V8 gives that back while the thread waits, by tasks of Node's event loop; threads that never return to it keep
 * what they once took. These are to call `rest` before they sleep, which is every half second at least.
 */
export class Leftovers {
  readonly #heap: Heap;
  #worked: number;
  #kept = 0;
  #rounds = ROUNDS;

  constructor(now = performance.now(), of = heap) {
    this.#heap = of;
    this.#worked = now;
  }

  /** There was something to do. */
  worked(now: number): void {
    this.#worked = now;
  }

  /** Collects once, where it has been quiet and there is enough. Answers whether that was the last time for what there was. */
  rest(now: number): boolean {
    const { used, collect } = this.#heap;
    if (!collect || now - this.#worked < CALM) return false;
    if (this.#rounds === 0 && used() < this.#kept + WORTH) return false;
    if (this.#rounds === 0) this.#rounds = ROUNDS;
    collect();
    this.#kept = used();
    this.#rounds--;
    return this.#rounds === 0;
  }
}
