import { asFailure } from '../../base/error.js';
import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import { rest } from '../../base/rest.js';
import type { Change, Revision, Store } from '../../store/store.js';
import { Remembered } from './remembered.js';

/** Milliseconds until a store that could not be read is read again. */
const PATIENCE = 500;

/** A value as it stands in the store, and the revision of its last write. */
export interface Mirrored<T> {
  readonly value: T;
  readonly revision: Revision;
}

/** What a mirror is made of. */
export interface MirrorWorld<T> {
  readonly store: Store;
  readonly prefix: string;
  /** Answers `undefined` for what is no such value; that key is passed over. */
  readonly parse: (value: Json, key: string) => T | undefined;
  /** Hears which keys are new, other, or gone. */
  readonly tell: (keys: readonly string[]) => void;
  readonly log: Log;
  /** Where what was seen last is kept for the next start. */
  readonly boot?: Store;
}

/**
 * What stands below a prefix of the shared store, kept as it changes. It never goes back, unless the store does: what a
 * reading has shown is not shown again by the watch that is behind it.
 *
 *     begin ──► list ──► watch ──► changes ──► told
 *     resume ──►  ▲        │ compacted, or the store is away
 *                 └────────┘
 */
export class Mirror<T> {
  readonly entries = new Map<string, Mirrored<T>>();
  readonly #world: MirrorWorld<T>;
  readonly #remembered: Remembered | undefined;
  readonly #ending = new AbortController();
  #seen: Revision = 0;
  /** In which of the store's pasts that was. */
  #past = '';
  #read = false;
  #running: Promise<void> | undefined;
  #looking: Promise<void> | undefined;
  #next: Promise<void> | undefined;

  constructor(world: MirrorWorld<T>) {
    this.#world = world;
    this.#remembered = world.boot && new Remembered(world.boot, world.prefix, world.log);
  }

  /** Whether it has been read since this process began. */
  get read(): boolean {
    return this.#read;
  }

  /** Reads once, and follows from there on. Throws what the store says; it is read and followed all the same, once it answers. */
  async begin(): Promise<void> {
    try {
      await this.look();
    } finally {
      this.#running ??= this.#follow();
    }
  }

  /** Goes on from what an earlier process saw last, while the store is away: that is read and followed once it answers. */
  async resume(): Promise<void> {
    const known = await this.#remembered?.list();
    if (known && !this.#read && this.entries.size === 0) this.#take(known);
    this.#running ??= this.#follow();
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

  /** Ends; what was seen is not known after the next start. */
  async forget(): Promise<void> {
    this.#ending.abort();
    await this.#remembered?.forget();
  }

  async #list(): Promise<void> {
    const known = this.#read ? [] : ((await this.#remembered?.list()) ?? []);
    const { revision, entries } = await this.#world.store.list(this.#world.prefix);
    const { id: past } = this.#world.store.seen();
    if (past === this.#past && revision < this.#seen) return;
    this.#past = past;
    const gone = [...new Set([...this.entries.keys(), ...known.map(({ key }) => key)])].filter((key) => !entries.has(key));
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
        for await (const changes of this.#world.store.watch(this.#world.prefix, this.#seen, signal)) {
          if (changes === 'compacted') {
            // A store that was begun anew counts from the beginning.
            this.#seen = 0;
            break;
          }
          const fresh = changes.filter(({ revision }) => revision > this.#seen);
          this.#seen = Math.max(this.#seen, ...changes.map(({ revision }) => revision));
          this.#take(fresh);
        }
        if (!signal.aborted) await this.look();
      } catch (error) {
        if (signal.aborted) return;
        this.#world.log.debug('the shared store does not answer', { prefix: this.#world.prefix, error: asFailure(error).message });
        await rest(PATIENCE, signal);
      }
    }
  }

  #take(changes: readonly Change[]): void {
    if (this.#ending.signal.aborted) return;
    this.#remembered?.keep(changes);
    const told = changes.flatMap(({ key, value, revision }) => (this.#put(key, value, revision) ? [key] : []));
    if (told.length > 0) this.#world.tell([...new Set(told)]);
  }

  #put(key: string, value: Json, revision: Revision): boolean {
    const parsed = value === null ? undefined : this.#world.parse(value, key);
    if (value !== null && parsed === undefined) this.#world.log.error('a value in the shared store is none of ours', { key });
    if (parsed === undefined) return this.entries.delete(key);
    this.entries.set(key, { value: parsed, revision });
    return true;
  }
}
