import { type FairleadError, failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import { givePools, requireCluster } from '../addresses.js';
import { announce } from '../announce.js';
import { giveNetwork } from '../asking.js';
import { letGo } from '../slots/let-go.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { nothing } from '../describe.js';

interface Removal {
  readonly context: Context;
  readonly network: Network;
  drained: Promise<void>;
}

/** Removes a network that has no endpoints. Its subnets are free for others once its device has gone. */
export async function removeNetwork(context: Context, ref: string, how: RemoveHow): Promise<void> {
  const awaited = context.records.networks.awaited(ref);
  if (awaited) await awaited;
  const { id, ipam } = context.records.networks.resolve(ref);
  // Servers on its segment hear of the last addresses that are free before it goes.
  if (context.ipams.get(ipam.driver)?.asksSegment) await context.draining.settled();
  const { drained } = await context.queues.run({ exclusive: [`network/${id}`] }, async () => {
    const network = context.records.networks.get(id);
    removable(context, network);
    if (network.scope === 'global') await share(context, network);
    return perform(network.scope === 'global' ? [] : STEPS, { context, network, drained: Promise.resolve() });
  });
  if (how.settle) await Promise.all([drained, context.draining.settled()]);
}

const STEPS = [
  step<Removal>('record the intent', async ({ context: { records }, network }) => {
    await records.define({ ...network, state: 'removing' });
    return () => records.define(network);
  }),
  step<Removal>('let go of what is held ready', ({ context, network }) => letGo(context, context.records.slots.of(network.id))),
  step<Removal>('apply', async (removal) => {
    const { drained, undo } = await declare(removal.context, () => new Map([nothing(`network/${removal.network.id}`)]));
    removal.drained = drained;
    return undo;
  }),
  step<Removal>('forget it', ({ context: { records }, network }) => records.undefine(network.id)),
  step<Removal>('give the subnets back once the device has gone', (removal) => {
    const { context, network } = removal;
    const give = async () => {
      await giveNetwork(context, network.id);
      await givePools(context, network);
    };
    removal.drained = context.draining.follow(removal.drained, give, (error) => context.log.error('giving subnets back', { network: network.name, error }));
  }),
  step<Removal>('announce', ({ context, network }) => announce(context, 'network', network, 'removed')),
];

// Gone on all hosts when it is gone in their store, and announced from there.
async function share(context: Context, network: Network): Promise<void> {
  await requireCluster(context.cluster, network.driver).remove(network, (published) =>
    inUse(
      network.name,
      published.map(({ endpoint, sandbox }) => ({ ...endpoint, where: ` on host ${endpoint.host}`, joined: sandbox })),
    ),
  );
}

function removable({ records }: Context, network: Network): void {
  const { name } = network;
  if (network.predefined) throw failure('network-predefined', { name, what: 'removed' });
  const users = records.networks.list().flatMap(({ configFrom, ...each }) => (configFrom === name ? [each.name] : []));
  if (users.length > 0) throw failure('config-in-use', { name, users: users.join(' ') });
  const active = records.endpointsOf(network.id);
  if (active.length === 0) return;
  throw inUse(
    name,
    active.map((each) => ({ ...each, where: '', joined: each.sandbox === undefined ? undefined : records.sandboxes.fullName(each.sandbox) })),
  );
}

interface Active {
  readonly id: string;
  readonly name: string;
  readonly where: string;
  readonly joined: string | undefined;
}

function inUse(name: string, active: readonly Active[]): FairleadError {
  const shown = active.slice(0, 5).map((each) => `name:"${each.name}" id:"${each.id.slice(0, 12)}"${each.where}`);
  const endpoints = [...shown, ...(active.length > 5 ? [`and ${active.length - 5} more`] : [])].join(', ');
  return failure('network-in-use', { name, endpoints, mend: wayOut(name, active) });
}

// `disconnect` is for what is in a sandbox; what is in none can only be removed.
function wayOut(network: string, active: readonly Active[]): string {
  const [first] = active.flatMap(({ joined }) => joined ?? []);
  if (first !== undefined) return `disconnect its sandboxes first: fairlead network disconnect ${network} ${first}`;
  return `remove them first: fairlead endpoint rm ${active
    .map(({ name }) => `${network}/${name}`)
    .slice(0, 3)
    .join(' ')}`;
}
