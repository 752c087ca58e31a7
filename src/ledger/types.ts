import type { Facts } from '../base/json.js';
import type { Applied } from '../kernel/kernel.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Plan, Resource } from '../resource/resource.js';

/** The whole of what each owner wants. An empty list wants nothing. */
export type Claims = ReadonlyMap<Owner, readonly Resource[]>;

/** What a declaration led to. */
export interface Declared extends Applied {
  readonly plan: Plan;
}

/** Where it is kept, durably, how borrowed things were before they were ours. */
export interface Journal {
  list(): ReadonlyMap<Key, Facts>;
  put(entries: ReadonlyMap<Key, Facts>): Promise<void>;
  remove(keys: readonly Key[]): Promise<void>;
}
