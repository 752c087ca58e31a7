import { newId } from '../../base/id.js';
import type { Network } from '../../model/records.js';
import type { Condition, Store } from '../../store/store.js';
import { rangesInUse } from '../addresses.js';
import { askShared, giveShared, keepShared } from '../asking.js';
import type { Context } from '../context.js';
import { driverOf, sceneOf } from '../describe.js';
import type { NetworkRequest } from '../parse/network.js';
import { keys } from './keys.js';
import type { SharedNetworks } from './shared-networks.js';
import { layOutShared } from './shared-pools.js';

/**
 * Makes a network of global scope: its subnets and what its driver claims are nobody else's from then on. What others do meanwhile makes
 * it choose anew. Throws `name-taken`, and what the subnets are refused for.
 */
export async function makeNetwork(
  context: Context,
  store: Store,
  networks: SharedNetworks,
  draft: Network,
  requests: NetworkRequest['pools'],
): Promise<Network> {
  const driver = driverOf(context, draft.driver);
  const survey = await context.kernel.surroundings();
  for (;;) {
    await networks.look();
    const [claims, pools, cluster] = [await store.list(keys.claims), await store.list(keys.pools), await nameOf(store)];
    const others = networks.list().flatMap((each) => each.pools.map(({ subnet }) => subnet));
    const laid = layOutShared(requests, [...others, ...(await rangesInUse(context))], cluster);
    const taken = new Set([...claims.entries.keys()].map((key) => key.slice(keys.claims.length)));
    const agreed = driver.agree?.(sceneOf(context, { ...draft, pools: laid }), taken, survey) ?? { facts: {}, claims: [] };
    const laidOut: Network = { ...draft, state: 'active', pools: laid, shared: agreed.facts };
    const network = { ...laidOut, shared: { ...agreed.facts, ...(await askShared(context, laidOut)) } };
    const seen = pools.entries.get(keys.pools);
    const unchanged: Condition = { key: keys.pools, revision: seen?.revision ?? 'absent' };
    if (await agreedOn(context, network, () => networks.create(network, agreed.claims, [unchanged], [{ key: keys.pools, value: draft.id }]))) return network;
  }
}

// What was asked for it is the network's from then on, or is given back.
async function agreedOn(context: Context, { id }: Network, create: () => Promise<boolean>): Promise<boolean> {
  let made = false;
  try {
    made = await create();
  } finally {
    await (made ? keepShared(context, id) : giveShared(context, id));
  }
  return made;
}

// Of the cluster: drawn once, by whoever comes first.
async function nameOf(store: Store): Promise<string> {
  for (;;) {
    const known = (await store.list(keys.cluster)).entries.get(keys.cluster)?.value;
    if (typeof known === 'string') return known;
    await store.commit([{ key: keys.cluster, revision: 'absent' }], [{ key: keys.cluster, value: newId() }]);
  }
}
