import type { Json } from '../base/json.js';
import type { Entry, Revision } from './store.js';

/** An entry as a store on this host keeps it: the value as JSON text, so that nobody changes it by holding on to an object. */
export interface Row {
  readonly text: string;
  readonly revision: Revision;
  /** The id of the lease with which it goes. */
  readonly lease?: string;
}

/** The value of a row: a new object each time. */
export const valueOf = (text: string): Json => JSON.parse(text) as Json;

/** What a store on this host holds, by key. Only `accept` of LocalStore changes it, by whole drafts. */
export class Rows {
  readonly #rows = new Map<string, Row>();
  /** The ids of the leases that live. */
  readonly leases = new Set<string>();
  /** The revision of the last commit. */
  revision: Revision = 0;

  get(key: string): Row | undefined {
    return this.#rows.get(key);
  }

  /** Puts a row in place of what the key had; `null` removes it. */
  set(key: string, row: Row | null): void {
    if (row) this.#rows.set(key, row);
    else this.#rows.delete(key);
  }

  all(): Iterable<readonly [string, Row]> {
    return this.#rows;
  }

  /** The entries whose keys begin with `prefix`, in order of the keys. */
  list(prefix: string): { readonly revision: Revision; readonly entries: ReadonlyMap<string, Entry> } {
    const found = [...this.#rows].filter(([key]) => key.startsWith(prefix)).sort(([a], [b]) => (a < b ? -1 : 1));
    return { revision: this.revision, entries: new Map(found.map(([key, row]) => [key, { value: valueOf(row.text), revision: row.revision }])) };
  }
}
