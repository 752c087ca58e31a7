import { FairleadError } from '../base/error.js';
import { overlaps } from '../ip/prefix.js';
import type { Prefix } from '../ip/types.js';
import type { Network, Pool } from '../model/records.js';
import { ipamOf, takePools } from './addresses.js';
import type { Context } from './context.js';
import { askDefaultBridge } from './parse/default-bridge.js';
import { type NetworkRequest, parseNetwork } from './parse/network.js';

/**
 * Has the predefined bridge take another subnet where these are wanted by somebody who names them: its own was picked, and nothing is on it.
 * Docker picks subnets by itself, and knows of none to which no route of the host leads.
 */
export async function makeRoom(context: Context, wanted: readonly Prefix[]): Promise<void> {
  const { records, queues, defaultBridge } = context;
  const inTheWay = (): Network | undefined =>
    records.networks.list().find((each) => each.predefined && each.pools.some(({ subnet }) => wanted.some((own) => overlaps(own, subnet))));
  const found = inTheWay();
  if (!found || defaultBridge.bridge !== undefined) return;
  await queues.run({ exclusive: [`network/${found.id}`] }, async () => {
    const network = inTheWay();
    if (network?.id !== found.id || network.facts !== null || records.endpointsOf(network.id).length > 0) return;
    const request = parseNetwork(context, askDefaultBridge(defaultBridge, { links: [] }));
    if (request.pools.some(({ subnet }) => subnet !== undefined)) return;
    for (const pool of network.pools) await ipamOf(context, network).givePool(pool);
    await records.define({ ...network, pools: await takeOthers(context, request, network.pools, wanted) });
  });
}

async function takeOthers(context: Context, request: NetworkRequest, held: readonly Pool[], wanted: readonly Prefix[]): Promise<readonly Pool[]> {
  try {
    return await takePools({ ...context, avoid: [...context.avoid, ...wanted] }, request);
  } catch (error) {
    if (!FairleadError.is(error) || error.code !== 'pools-exhausted') throw error;
    // There is no other.
    const pools = request.pools.map((pool) => ({ ...pool, ...subnetOf(held.find(({ family }) => family === pool.family)) }));
    return takePools(context, { ...request, pools });
  }
}

const subnetOf = (pool: Pool | undefined): Partial<Pool> => (pool ? { subnet: pool.subnet, ...(pool.gateway !== undefined && { gateway: pool.gateway }) } : {});
