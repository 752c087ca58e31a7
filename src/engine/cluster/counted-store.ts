import { failure } from '../../base/error.js';
import type { Condition, Lifeline, Past, Revision, Store, Write } from '../../store/store.js';

/**
 * The shared store, for a host that the others count on: one that they do not changes nothing there, and is told so at once. Whatever it
 * took meanwhile nobody would be led to.
 */
export class CountedStore implements Store {
  readonly #store: Store;
  readonly #name: string;
  readonly #alive: () => boolean;

  /** `name` is for people. */
  constructor(store: Store, name: string, alive: () => boolean) {
    this.#store = store;
    this.#name = name;
    this.#alive = alive;
  }

  async list(prefix: string): ReturnType<Store['list']> {
    this.#require();
    return this.#store.list(prefix);
  }

  async commit(conditions: readonly Condition[], writes: readonly Write[]): Promise<Revision | false> {
    this.#require();
    return this.#store.commit(conditions, writes);
  }

  watch(prefix: string, from: Revision, signal: AbortSignal): ReturnType<Store['watch']> {
    return this.#store.watch(prefix, from, signal);
  }

  lease(seconds: number): Promise<Lifeline> {
    return this.#store.lease(seconds);
  }

  seen(): Past {
    return this.#store.seen();
  }

  async recall(known: Past | undefined): Promise<Past> {
    this.#require();
    return this.#store.recall(known);
  }

  /** It is closed by whoever opened it. */
  async [Symbol.asyncDispose](): Promise<void> {}

  #require(): void {
    if (!this.#alive()) throw failure('store-unreachable', { etcd: this.#name, reason: 'this host has not reached it for longer than others wait' });
  }
}
