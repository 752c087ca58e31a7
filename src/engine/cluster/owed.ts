import { asFailure } from '../../base/error.js';
import type { Log } from '../../base/log.js';
import { rest } from '../../base/rest.js';
import type { Condition, Store, Write } from '../../store/store.js';
import { isAway } from './away.js';
import { claimsOf, keys } from './keys.js';
import { readHolder, readPublished } from './parse.js';

const PREFIX = 'owed/';
/** Milliseconds until the shared store is asked again to take back what waits. */
const AGAIN = 1000;

/**
 * What this host gives back to the cluster: addresses, and endpoints that are no longer. It never waits for the shared store: what cannot be
 * given back now is written down in this boot's store, and given back when the shared one answers again.
 *
 *     given back ──► gone
 *         └── the store is away ──► waits ──► the store answers ──► gone
 */
export class Owed {
  readonly #shared: Store;
  readonly #boot: Store;
  readonly #host: string;
  readonly #log: Log;
  readonly #ending = new AbortController();
  #settling: Promise<void> | undefined;
  #trying: Promise<void> | undefined;

  constructor(shared: Store, boot: Store, host: string, log: Log) {
    this.#shared = shared;
    this.#boot = boot;
    this.#host = host;
    this.#log = log;
  }

  /** Gives these keys back, those of them that are this host's. */
  async giveBack(owed: readonly string[]): Promise<void> {
    if (owed.length === 0) return;
    try {
      await this.#remove(owed);
    } catch (error) {
      if (!isAway(error)) throw error;
      this.#log.warn('the shared store takes nothing back now; this is given back when it does', { keys: owed.length, error: asFailure(error).message });
      await this.#boot.commit(
        [],
        owed.map((key) => ({ key: `${PREFIX}${key}`, value: true })),
      );
      this.#trying ??= this.#try();
    }
  }

  /** Resolves when this key does not wait: only then may this host take it anew. Throws what the shared store says. */
  async clear(key: string): Promise<void> {
    while ((await this.#list()).includes(key)) await this.settle();
  }

  /** Gives back what waits. Throws what the shared store says. */
  settle(): Promise<void> {
    this.#settling ??= this.#settle().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#trying;
  }

  async #list(): Promise<readonly string[]> {
    return [...(await this.#boot.list(PREFIX)).entries.keys()].map((key) => key.slice(PREFIX.length));
  }

  async #settle(): Promise<void> {
    const waiting = await this.#list();
    if (waiting.length === 0) return;
    await this.#remove(waiting);
    await this.#boot.commit(
      [],
      waiting.map((key) => ({ key: `${PREFIX}${key}`, value: null })),
    );
  }

  async #try(): Promise<void> {
    const { signal } = this.#ending;
    try {
      while (!signal.aborted && (await this.#list()).length > 0) {
        await rest(AGAIN, signal);
        if (!signal.aborted) await this.settle().catch((error: unknown) => this.#log.debug('giving back', { error: asFailure(error).message }));
      }
    } finally {
      this.#trying = undefined;
    }
  }

  async #remove(owed: readonly string[]): Promise<void> {
    for (const key of owed) await this.#removeOne(key).catch((error: unknown) => this.#passOn(key, error));
  }

  #passOn(key: string, error: unknown): void {
    if (isAway(error)) throw error;
    this.#log.error('giving something back to the cluster', { key, error: asFailure(error).message });
  }

  // Somebody else may have it by now: it goes only as this host last wrote it.
  async #removeOne(key: string): Promise<void> {
    for (;;) {
      const entry = (await this.#shared.list(key)).entries.get(key);
      if (!entry) return;
      const endpoint = key.startsWith(keys.endpoints) ? readPublished(entry.value)?.endpoint : undefined;
      const host = endpoint?.host ?? readHolder(entry.value)?.host;
      if (host !== this.#host) return;
      const conditions: Condition[] = [{ key, revision: entry.revision }];
      const writes: Write[] = [key, ...(endpoint ? claimsOf(endpoint) : [])].map((each) => ({ key: each, value: null }));
      if ((await this.#shared.commit(conditions, writes)) !== false) return;
    }
  }
}
