import type { Json } from '../base/json.js';
import type { Entry, Revision } from './store.js';

/** What a store on this host knows of an entry without its value. */
export interface Known {
  readonly revision: Revision;
  /** The id of the lease with which it goes. */
  readonly lease?: string;
}

/** An entry as a store on this host is given it: the value as JSON text, so that nobody changes it by holding on to an object. */
export interface Row extends Known {
  readonly text: string;
}

/** The value of a row: a new object each time. */
export const valueOf = (text: string): Json => JSON.parse(text) as Json;

/** What a store on this host holds, by key. Only `accept` of LocalStore changes it, by whole drafts. */
export class Rows {
  readonly #rows = new Map<string, Known | Revision>();
  readonly #valueOf: ((key: string) => Json) | undefined;
  /** The ids of the leases that live. */
  readonly leases = new Set<string>();
  /** The revision of the last commit. */
  revision: Revision = 0;

  /** With `elsewhere`, values are held there and not here: it answers that of a key that there is, a new object each time. */
  constructor(elsewhere?: (key: string) => Json) {
    this.#valueOf = elsewhere;
  }

  get(key: string): Known | undefined {
    const found = this.#rows.get(key);
    return found === undefined ? undefined : knownOf(found);
  }

  /** Puts a row in place of what the key had; `null` removes it. */
  set(key: string, row: Row | null): void {
    if (!row) this.#rows.delete(key);
    else if (!this.#valueOf) this.#rows.set(key, row);
    else this.#rows.set(key, row.lease === undefined ? row.revision : { revision: row.revision, lease: row.lease });
  }

  *all(): Iterable<readonly [string, Known]> {
    for (const [key, found] of this.#rows) yield [key, knownOf(found)];
  }

  /** The entries whose keys begin with `prefix`, in order of the keys. */
  list(prefix: string): { readonly revision: Revision; readonly entries: ReadonlyMap<string, Entry> } {
    const keys = [...this.#rows.keys()].filter((key) => key.startsWith(prefix)).sort();
    return { revision: this.revision, entries: new Map(keys.map((key) => [key, this.#entry(key)])) };
  }

  #entry(key: string): Entry {
    const found = knownOf(this.#rows.get(key) ?? this.revision);
    return { value: isRow(found) ? valueOf(found.text) : (this.#valueOf?.(key) ?? null), revision: found.revision };
  }
}

const isRow = (known: Known): known is Row => 'text' in known;
const knownOf = (found: Known | Revision): Known => (typeof found === 'number' ? { revision: found } : found);
