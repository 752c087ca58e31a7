import { randomHex } from '../base/id.js';
import type { Lifeline } from './store.js';

/**
 * A lease of a store on this host. Its holder and the store are one process, so it needs no renewal: it lives until it is
 * disposed, and is lost only when the store closes under it.
 */
export class LocalLease implements Lifeline {
  readonly id = randomHex(16);
  readonly #loss = new AbortController();
  readonly #end: (lease: LocalLease) => Promise<void>;

  /** `end` removes the keys; called again after a failure it tries again. */
  constructor(end: (lease: LocalLease) => Promise<void>) {
    this.#end = end;
  }

  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** The store is gone. */
  lose(): void {
    this.#loss.abort();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#end(this);
  }
}
