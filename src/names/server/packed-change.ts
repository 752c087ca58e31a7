import type { Id } from '../../base/id.js';
import type { NamedEndpoint, NamesChange, ResolvingSandbox } from '../types.js';

/** A change on its way to the thread, as JSON: copying a text takes a fifth of the time that copying the objects does. */
export type PackedChange = string;

interface Entries {
  readonly endpoints: readonly (readonly [Id, NamedEndpoint | null])[];
  readonly sandboxes: readonly (readonly [Id, Omit<ResolvingSandbox, 'ndots'> | null])[];
}

export function packChange({ endpoints, sandboxes }: NamesChange): PackedChange {
  const entries: Entries = { endpoints: [...endpoints], sandboxes: [...sandboxes] };
  return JSON.stringify(entries);
}

// It comes from the other thread of this process: it is what `packChange` made.
export function unpackChange(packed: PackedChange): NamesChange {
  const { endpoints, sandboxes } = JSON.parse(packed) as Entries;
  return { endpoints: new Map(endpoints), sandboxes: new Map(sandboxes.map(([id, told]) => [id, told && { ndots: undefined, ...told }])) };
}
