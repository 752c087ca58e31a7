import { printPort, waitsFor } from '../model/ports.js';
import { commands } from '../resource/commands.js';
import { diff } from '../resource/diff.js';
import type { EnslavedPast } from '../resource/enslaved.js';
import { keyOf } from '../resource/key.js';
import type { NetworkAsk } from '../model/asks.js';
import type { Explanation } from '../model/fairlead.js';
import type { Network } from '../model/records.js';
import type { Owner } from '../resource/owner.js';
import type { Resource, TableFamily } from '../resource/resource.js';
import { requireCluster, takePools } from './addresses.js';
import type { Context } from './context.js';
import { driverOf, networkClaim, sceneOf } from './describe.js';
import { findOwner } from './find.js';
import { draft, permitted } from './operations/create-network.js';
import { findDrivers } from './plugin-drivers.js';
import { parseNetwork } from './parse/network.js';
import { chooseOnly } from './realize.js';

/** What exists for an object, as the commands by which a person would make it. A sandbox's are those of its endpoints too. */
export function explain(context: Context, ref: string): Explanation {
  const families = RULESETS.get(ref);
  if (families) return ruleset(families.map((family) => context.ruleset(family)));
  const resolver = /^resolver\/(\d{1,5})$/.exec(ref)?.[1];
  if (resolver !== undefined) return ruleset([context.ruleset(Number(resolver))]);
  const { owner, name } = findOwner(context, ref);
  return {
    owner,
    name,
    commands: [...lent(context, claimed(context, owner)), ...commands(diff([], claimed(context, owner))), ...made(context, owner), ...waiting(context, owner)],
  };
}

// As comments: what a link of the host had when it became a port, which is on the bridge for as long.
function lent({ journal }: Context, resources: readonly Resource[]): readonly string[] {
  return resources.flatMap((resource) => {
    if (resource.kind !== 'enslaved') return [];
    const { belongings = [] } = (journal.list().get(keyOf(resource)) ?? {}) as Partial<EnslavedPast>;
    const own = belongings.filter(({ kind, automatic }) => kind !== 'neighbour' && !automatic);
    return own.map(({ kind, text }) => `# ${resource.link} had ${kind} ${text}: on ${resource.master} for as long`);
  });
}

// All of the host's tables, or that of one family.
const RULESETS: ReadonlyMap<string, readonly TableFamily[]> = new Map([
  ['ruleset', ['inet', 'bridge']],
  ['ruleset/inet', ['inet']],
  ['ruleset/bridge', ['bridge']],
]);

const ruleset = (tables: readonly string[]): Explanation => ({
  owner: 'host',
  name: 'ruleset',
  commands: tables.flatMap((table) => table.trimEnd().split('\n')),
});

/** What creating a network would do, as commands. Its subnets are taken to see which they would be, and given back. */
export async function plan(context: Context, ask: NetworkAsk): Promise<readonly string[]> {
  await findDrivers(context, ask);
  const request = parseNetwork(context, ask);
  permitted(context.records, request);
  const provisional = draft(context, request);
  // Of a template nothing is made.
  if (provisional.template) return [];
  request.driver.check?.(sceneOf(context, provisional), []);
  if (provisional.scope === 'global') requireCluster(context.cluster, provisional.driver);
  const pools = await takePools(context, request);
  try {
    const network: Network = { ...provisional, pools };
    const facts = await chooseOnly(context, network);
    return commands(context.ledger.preview(new Map([networkClaim(context, { ...network, facts })])));
  } finally {
    // To whom they were taken from: on several hosts that is not who gives the network's.
    for (const pool of pools) await request.ipam.givePool(pool);
  }
}

// What others made, whom a driver asked.
function made(context: Context, owner: Owner): readonly string[] {
  const { records } = context;
  const [kind, id = ''] = owner.split('/');
  const own = kind === 'endpoint' ? records.endpoints.find(id) : undefined;
  const endpoints = kind === 'sandbox' ? records.endpointsIn(id) : own ? [own] : [];
  return endpoints.flatMap((endpoint) => {
    const network = records.networks.get(endpoint.network);
    return driverOf(context, network.driver).made?.(network, endpoint) ?? [];
  });
}

// As comments: whoever looks for a port is told why it is not among the commands.
function waiting({ records }: Context, owner: Owner): readonly string[] {
  const id = owner.startsWith('sandbox/') ? owner.slice('sandbox/'.length) : '';
  const ports = records.sandboxes.find(id)?.ports ?? [];
  const endpoints = records.endpointsIn(id);
  const networks = new Map(endpoints.map(({ network }) => [network, records.networks.get(network)]));
  return ports.flatMap((port) => {
    const reason = waitsFor(port, endpoints, networks);
    return reason === undefined ? [] : [`# ${printPort(port)} waits: ${reason}`];
  });
}

function claimed({ ledger, records, cluster }: Context, owner: Owner): readonly Resource[] {
  const own = ledger.claimsOf(owner);
  // What leads to endpoints of other hosts.
  if (owner.startsWith('network/') && cluster) return [...own, ...cluster.peersOn(owner.slice('network/'.length)).flatMap((each) => ledger.claimsOf(each))];
  if (!owner.startsWith('sandbox/')) return own;
  return [...own, ...records.endpointsIn(owner.slice('sandbox/'.length)).flatMap(({ id }) => ledger.claimsOf(`endpoint/${id}`))];
}
