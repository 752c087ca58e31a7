import { failure } from '../base/error.js';
import { asText, type Draft } from './draft.js';
import { Feed } from './feed.js';
import { LocalLease } from './local-lease.js';
import type { Rows } from './rows.js';
import type { Change, Condition, Entry, Lifeline, Past, Revision, Store, Write } from './store.js';

/** What is to be put into the next draft, and what its asker is answered once the draft counts. */
export type Job = (draft: Draft) => Revision | false;

/**
 * What the stores of one process have in common: rows in memory, a feed for watchers, leases that live with the process.
 * They differ in how a draft becomes safe before it counts: `perform`.
 */
export abstract class LocalStore implements Store {
  readonly #path: string;
  readonly #feed: Feed;
  readonly #leases = new Set<LocalLease>();
  protected readonly rows: Rows;
  #closed = false;

  protected constructor(path: string, rows: Rows) {
    this.#path = path;
    this.rows = rows;
    this.#feed = new Feed(rows.revision);
  }

  async list(prefix: string): Promise<{ readonly revision: Revision; readonly entries: ReadonlyMap<string, Entry> }> {
    this.#assertOpen();
    return this.rows.list(prefix);
  }

  async commit(conditions: readonly Condition[], writes: readonly Write[]): Promise<Revision | false> {
    this.#assertOpen();
    const texts = asText(writes);
    return this.perform((draft) => draft.add(conditions, texts));
  }

  watch(prefix: string, from: Revision, signal: AbortSignal): AsyncIterable<readonly Change[] | 'compacted'> {
    return this.#feed.watch(prefix, from, signal);
  }

  async lease(): Promise<Lifeline> {
    this.#assertOpen();
    const lease = new LocalLease(() => this.#endLease(lease));
    this.#leases.add(lease);
    this.rows.leases.add(lease.id);
    return lease;
  }

  // Nobody restores it while a process has it open.
  seen(): Past {
    return { id: '', revision: this.rows.revision };
  }

  async recall(): Promise<Past> {
    this.#assertOpen();
    return this.seen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#feed.close();
    for (const lease of this.#leases) lease.lose();
    await this.close();
  }

  /** Puts the job into a draft, makes the draft safe, accepts it and answers. */
  protected abstract perform(job: Job): Revision | false | Promise<Revision | false>;

  /** Waits for what was begun, then lets go of everything. */
  protected abstract close(): Promise<void>;

  /** From here on the draft counts. */
  protected accept(draft: Draft): void {
    for (const [key, row] of draft.rows) this.rows.set(key, row);
    this.rows.revision = draft.revision;
    this.#feed.publish(draft.commits);
  }

  // The keys of a store that has closed go at its next opening.
  async #endLease(lease: LocalLease): Promise<void> {
    if (this.#closed || !this.#leases.has(lease)) return;
    await this.perform((draft) => {
      this.rows.leases.delete(lease.id);
      return draft.removeWhere((row) => row.lease === lease.id);
    });
    this.#leases.delete(lease);
  }

  #assertOpen(): void {
    if (this.#closed) throw failure('state-closed', { path: this.#path });
  }
}
