import type { Json } from '../base/json.js';

/** Grows with every commit of a store. */
export type Revision = number;

/** A stored value and the revision of its last write. */
export interface Entry {
  readonly value: Json;
  readonly revision: Revision;
}

/** What must hold for a commit: the key's last write has this revision, or the key does not exist. */
export interface Condition {
  readonly key: string;
  readonly revision: Revision | 'absent';
}

/** A new value, or `null` to remove the key. */
export interface Write {
  readonly key: string;
  readonly value: Json;
  readonly lease?: Lifeline;
}

/** A write as a watcher sees it; `null` is a removal. */
export interface Change {
  readonly key: string;
  readonly value: Json;
  readonly revision: Revision;
}

/** Keys written with a lease vanish with its holder: hosts, elections. */
export interface Lifeline extends AsyncDisposable {
  readonly id: string;
  /** Aborts when the lease was lost. */
  readonly lost: AbortSignal;
}

/**
 * Which past a store has. Where it was restored from a copy that is another one: what was written since the copy is not there, and revisions are
 * counted from there on once more.
 */
export interface Past {
  readonly id: string;
  /** As far as it was seen. */
  readonly revision: Revision;
}

/**
 * Where records live. `embedded/`, `etcd/` and `memory/` pass one conformance suite. A daemon has two: D, definitions,
 * durable before `commit` settles, and R, what this boot made.
 */
export interface Store extends AsyncDisposable {
  /** All keys that begin with `prefix`, in order of the keys. */
  list(prefix: string): Promise<{ readonly revision: Revision; readonly entries: ReadonlyMap<string, Entry> }>;
  /** Every condition holds and every write is made, or nothing is: `false`. */
  commit(conditions: readonly Condition[], writes: readonly Write[]): Promise<Revision | false>;
  /** The writes after `from`, in order, no gaps. Ends with `compacted` when that past is gone: list again. */
  watch(prefix: string, from: Revision, signal: AbortSignal): AsyncIterable<readonly Change[] | 'compacted'>;
  /** A lease that is renewed while its holder lives. */
  lease(seconds: number): Promise<Lifeline>;
  /** Its past, as this process has seen it. Where that becomes another one, leases are lost, and watches end with `compacted`. */
  seen(): Past;
  /** Asks for its past, on behalf of an earlier process that saw `known`: where it has gone back since, it has another one from now on. */
  recall(known: Past | undefined): Promise<Past>;
}
