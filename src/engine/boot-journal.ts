import type { Facts } from '../base/json.js';
import type { Journal } from '../ledger/types.js';
import type { Key } from '../resource/resource.js';
import type { Store } from '../store/store.js';

const PREFIX = 'journal/';

/** The past of borrowed things, in this boot's store: a reboot resets them as it forgets us. */
export class BootJournal implements Journal {
  readonly #entries = new Map<Key, Facts>();
  readonly #store: Store;

  private constructor(store: Store) {
    this.#store = store;
  }

  /** Reads what an earlier run of this boot left. */
  static async open(store: Store): Promise<BootJournal> {
    const journal = new BootJournal(store);
    for (const [key, { value }] of (await store.list(PREFIX)).entries) journal.#entries.set(key.slice(PREFIX.length) as Key, value as Facts);
    return journal;
  }

  list(): ReadonlyMap<Key, Facts> {
    return this.#entries;
  }

  async put(entries: ReadonlyMap<Key, Facts>): Promise<void> {
    await this.#store.commit(
      [],
      [...entries].map(([key, value]) => ({ key: `${PREFIX}${key}`, value })),
    );
    for (const [key, facts] of entries) this.#entries.set(key, facts);
  }

  async remove(keys: readonly Key[]): Promise<void> {
    for (const key of keys) this.#entries.delete(key);
    await this.#store.commit(
      [],
      keys.map((key) => ({ key: `${PREFIX}${key}`, value: null })),
    );
  }
}
