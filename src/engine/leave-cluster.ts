import { failure } from '../base/error.js';
import type { Context } from './context.js';

/**
 * A host that was one of a cluster and is started without its store knows no network that the hosts share any more. Throws `cluster-left`
 * where it has something on one: what leads there, and whose the addresses are, is in the store.
 */
export async function leaveCluster({ cluster, records }: Context): Promise<void> {
  if (cluster) return;
  const shared = records.networks.list().filter(({ scope }) => scope === 'global');
  const used = shared.filter(({ id, facts }) => facts !== null || records.endpointsOf(id).length > 0);
  if (used.length > 0) throw failure('cluster-left', { networks: used.map(({ name }) => name).join(', ') });
  for (const { id } of shared) await records.forget(id);
}
