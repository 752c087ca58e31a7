import { asFailure } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import { rest } from '../../base/rest.js';
import type { Change, Revision, Store } from '../../store/store.js';

/** Milliseconds until a store that could not be read is read again. */
const PATIENCE = 500;

/** A value as it stands in the store, and the revision of its last write. */
export interface Mirrored<T> {
  readonly value: T;
  readonly revision: Revision;
}

/**
 * What stands below a prefix of the shared store, kept as it changes. It never goes back: what a reading has shown is not shown again by
 * the watch that is behind it.
 *
 *     begin ──► list ──► watch ──► changes ──► told
 *                ▲         │ compacted, or the store is away
 *                └─────────┘
 */
export class Mirror<T> {
  readonly entries = new Map<string, Mirrored<T>>();
  readonly #store: Store;
  readonly #prefix: string;
  readonly #parse: (value: Json, key: string) => T | undefined;
  readonly #tell: (keys: readonly string[]) => void;
  readonly #log: Log;
  readonly #ending = new AbortController();
  #seen: Revision = 0;
  #read = false;
  #running: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  /** `parse` answers `undefined` for what is no such value; that key is passed over. `tell` hears which keys are new, other, or gone. */
  constructor(store: Store, prefix: string, parse: (value: Json, key: string) => T | undefined, tell: (keys: readonly string[]) => void, log: Log) {
    this.#store = store;
    this.#prefix = prefix;
    this.#parse = parse;
    this.#tell = tell;
    this.#log = log;
  }

  /** Reads once, and follows from there on. Throws what the store says; it is read and followed all the same, once it answers. */
  async begin(): Promise<void> {
    try {
      await this.look();
    } finally {
      this.#running ??= this.#follow();
    }
  }

  /** Reads what stands there now, at the latest what stood there at the call. Callers at one time share a reading. */
  look(): Promise<void> {
    if (!this.#looking) {
      this.#looking = this.#list().finally(() => {
        this.#looking = undefined;
      });
      return this.#looking;
    }
    // The one that runs may have begun before the call.
    this.#next ??= this.#looking
      .catch(() => {})
      .then(() => {
        this.#next = undefined;
        return this.look();
      });
    return this.#next;
  }

  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
  }

  async #list(): Promise<void> {
    const { revision, entries } = await this.#store.list(this.#prefix);
    if (revision < this.#seen) return;
    const gone = [...this.entries.keys()].filter((key) => !entries.has(key));
    const changed = [...entries].filter(([key, entry]) => this.entries.get(key)?.revision !== entry.revision);
    this.#seen = revision;
    this.#read = true;
    this.#take([...gone.map((key) => ({ key, value: null, revision })), ...changed.map(([key, entry]) => ({ key, ...entry }))]);
  }

  async #follow(): Promise<void> {
    const { signal } = this.#ending;
    while (!signal.aborted) {
      try {
        if (!this.#read) await this.look();
        for await (const changes of this.#store.watch(this.#prefix, this.#seen, signal)) {
          if (changes === 'compacted') break;
          const fresh = changes.filter(({ revision }) => revision > this.#seen);
          this.#seen = Math.max(this.#seen, ...changes.map(({ revision }) => revision));
          this.#take(fresh);
        }
        if (!signal.aborted) await this.look();
      } catch (error) {
        if (signal.aborted) return;
        this.#log.debug('the shared store does not answer', { prefix: this.#prefix, error: asFailure(error).message });
        await rest(PATIENCE, signal);
      }
    }
  }

  #take(changes: readonly Change[]): void {
    const told = changes.flatMap(({ key, value, revision }) => (this.#put(key, value, revision) ? [key] : []));
    if (told.length > 0) this.#tell([...new Set(told)]);
  }

  #put(key: string, value: Json, revision: Revision): boolean {
    const parsed = value === null ? undefined : this.#parse(value, key);
    if (value !== null && parsed === undefined) this.#log.error('a value in the shared store is none of ours', { key });
    if (parsed === undefined) return this.entries.delete(key);
    this.entries.set(key, { value: parsed, revision });
    return true;
  }
}
