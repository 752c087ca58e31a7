import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Endpoint, Network } from '../../model/records.js';
import { ipamOf } from '../addresses.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { nothing } from '../describe.js';
import type { Records } from '../records.js';

interface Removal {
  readonly context: Context;
  readonly network: Network;
  drained: Promise<void>;
}

/** Removes a network that has no endpoints. Its subnets are free for others once its device has gone. */
export async function removeNetwork(context: Context, ref: string, how: RemoveHow): Promise<void> {
  const { id } = context.records.networks.resolve(ref);
  const { drained } = await context.queues.run({ exclusive: [`network/${id}`] }, async () => {
    const network = context.records.networks.get(id);
    removable(context, network);
    return perform(STEPS, { context, network, drained: Promise.resolve() });
  });
  if (how.settle) await drained;
}

const STEPS = [
  step<Removal>('record the intent', async ({ context: { records }, network }) => {
    await records.define({ ...network, state: 'removing' });
    return () => records.define(network);
  }),
  step<Removal>('apply', async (removal) => {
    const { drained, undo } = await declare(removal.context, new Map([nothing(`network/${removal.network.id}`)]));
    removal.drained = drained;
    return undo;
  }),
  step<Removal>('forget it', ({ context: { records }, network }) => records.undefine(network.id)),
  step<Removal>('give the subnets back once the device has gone', (removal) => {
    const { context, network } = removal;
    const give = async () => {
      for (const pool of network.pools) await ipamOf(context, network).givePool(pool);
    };
    removal.drained = context.draining.follow(removal.drained, give, (error) => context.log.error('giving subnets back', { network: network.name, error }));
  }),
  step<Removal>('announce', ({ context, network }) => announce(context, 'network', network, 'removed')),
];

function removable({ records }: Context, network: Network): void {
  const { name } = network;
  if (network.predefined) throw failure('network-predefined', { name, what: 'removed' });
  const users = records.networks.list().flatMap(({ configFrom, ...each }) => (configFrom === name ? [each.name] : []));
  if (users.length > 0) throw failure('config-in-use', { name, users: users.join(' ') });
  const active = records.endpointsOf(network.id);
  if (active.length === 0) return;
  const shown = active.slice(0, 5).map((each) => `name:"${each.name}" id:"${each.id.slice(0, 12)}"`);
  const endpoints = [...shown, ...(active.length > 5 ? [`and ${active.length - 5} more`] : [])].join(', ');
  throw failure('network-in-use', { name, endpoints, mend: wayOut(records, name, active) });
}

// `disconnect` is for what is in a sandbox; what is in none can only be removed.
function wayOut({ sandboxes }: Records, network: string, active: readonly Endpoint[]): string {
  const [joined] = active.flatMap(({ sandbox }) => (sandbox === undefined ? [] : [sandboxes.fullName(sandbox)]));
  if (joined !== undefined) return `disconnect its sandboxes first: fairlead network disconnect ${network} ${joined}`;
  return `remove them first: fairlead endpoint rm ${active
    .map(({ name }) => `${network}/${name}`)
    .slice(0, 3)
    .join(' ')}`;
}
