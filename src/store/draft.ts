import type { Known, Row, Rows } from './rows.js';
import type { Condition, Revision, Write } from './store.js';

/** A write whose value is already text: what was asked stays asked, whatever happens to the caller's object. */
export interface TextWrite {
  readonly key: string;
  readonly text: string | null;
  readonly lease?: string;
}

/** The writes of one commit that changed something, in the order they were asked. */
export interface Commit {
  readonly revision: Revision;
  readonly changes: readonly TextWrite[];
}

/** Turns the values of the writes into text. */
export const asText = (writes: readonly Write[]): readonly TextWrite[] =>
  writes.map(({ key, value, lease }) => {
    const text = value === null ? null : JSON.stringify(value);
    return lease ? { key, text, lease: lease.id } : { key, text };
  });

/**
 * One or more commits that were judged one after the other but do not count yet: the rows themselves stay as they are until
 * the whole draft is stored. Commits that wait for the same fsync thus see each other, and fail together.
 */
export class Draft {
  readonly #rows: Rows;
  /** What the rows will be; `null` is a removal. */
  readonly rows = new Map<string, Row | null>();
  readonly commits: Commit[] = [];
  revision: Revision;

  constructor(rows: Rows) {
    this.#rows = rows;
    this.revision = rows.revision;
  }

  /** The commit's revision, or `false` when a condition does not hold or a lease has ended. What changes nothing takes no revision. */
  add(conditions: readonly Condition[], writes: readonly TextWrite[]): Revision | false {
    if (!conditions.every(({ key, revision }) => (this.#row(key)?.revision ?? 'absent') === revision)) return false;
    if (!writes.every(({ lease }) => lease === undefined || this.#rows.leases.has(lease))) return false;
    const changes = lastOfEach(writes).filter(({ key, text }) => text !== null || this.#row(key) !== undefined);
    if (changes.length === 0) return this.revision;
    const revision = ++this.revision;
    for (const { key, text, lease } of changes) {
      if (text === null) this.rows.set(key, null);
      else this.rows.set(key, lease === undefined ? { text, revision } : { text, revision, lease });
    }
    this.commits.push({ revision, changes });
    return revision;
  }

  /** Removes, as one commit, every row of which this is true. */
  removeWhere(goes: (row: Known) => boolean): Revision {
    const keys = new Set<string>();
    for (const [key, row] of this.#rows.all()) if (goes(row)) keys.add(key);
    for (const [key, row] of this.rows) {
      if (row && goes(row)) keys.add(key);
      else keys.delete(key);
    }
    const removals = [...keys].map((key) => ({ key, text: null }));
    this.add([], removals);
    return this.revision;
  }

  #row(key: string): Known | undefined {
    const own = this.rows.get(key);
    return own === undefined ? this.#rows.get(key) : (own ?? undefined);
  }
}

/** Of several writes of one key the last one holds. Most commits have one write: they are on the path of every attach. */
export const lastOfEach = (writes: readonly TextWrite[]): readonly TextWrite[] =>
  writes.length < 2 ? writes : [...new Map(writes.map((write) => [write.key, write])).values()];
