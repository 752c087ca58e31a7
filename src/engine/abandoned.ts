import type { Endpoint, Network, Sandbox } from '../model/records.js';
import type { Owner } from '../resource/owner.js';
import { askingKey } from './asking-key.js';
import type { Context } from './context.js';

type Resting = Network['state'] | Sandbox['state'] | Endpoint['state'];

// What stays as it is until somebody asks for something.
const AT_REST: ReadonlySet<Resting> = new Set(['active', 'created', 'lost']);

/** Objects that something was begun with, and that no operation holds: what began it failed, and could not be taken back. */
export function abandoned({ records, queues }: Pick<Context, 'records' | 'queues'>): readonly Owner[] {
  const left = ({ state }: { readonly state: Resting }, ...held: readonly string[]) => !AT_REST.has(state) && !held.some((key) => queues.busy(key));
  return [
    ...records.networks.list().flatMap((each): Owner[] => (left(each, `network/${each.id}`) ? [`network/${each.id}`] : [])),
    ...records.sandboxes.list().flatMap((each): Owner[] => (left(each, `sandbox/${each.id}`) ? [`sandbox/${each.id}`] : [])),
    // One that is being made belongs to an operation that is known by its network alone, or that waits for its addresses.
    ...records.endpoints.list().flatMap((each): Owner[] => {
      const creating = each.state === 'creating' ? [`network/${each.network}`, askingKey(each.id)] : [];
      return left(each, `endpoint/${each.id}`, `sandbox/${each.sandbox}`, ...creating) ? [`endpoint/${each.id}`] : [];
    }),
  ];
}
