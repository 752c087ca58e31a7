import { failure } from '../../base/error.js';
import { newId } from '../../base/id.js';
import { perform, step } from '../../base/steps.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import { givePools, owePools, requireCluster, takePools } from '../addresses.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { networkClaim, sceneOf } from '../describe.js';
import type { Records } from '../records.js';
import { configNetwork } from '../parse/config-network.js';
import { makeRoom } from '../make-room.js';
import { type NetworkRequest, parseNetwork } from '../parse/network.js';
import { giveNetwork, withGateways } from '../asking.js';
import { findDrivers } from '../plugin-drivers.js';
import { realize } from '../realize.js';

interface Creation {
  readonly context: Context;
  readonly request: NetworkRequest;
  network: Network;
}

/** Creates a network: its subnets are held and its device is up when this resolves. */
export function createNetwork(context: Context, ask: NetworkAsk): Promise<Network> {
  return context.records.networks.coming.during(ask.name, () => createWhole(context, ask));
}

async function createWhole(context: Context, ask: NetworkAsk): Promise<Network> {
  await findDrivers(context, ask);
  const request = await withGateways(parseNetwork(context, ask));
  const network = draft(context, request);
  request.driver.check?.(sceneOf(context, network), []);
  if (network.scope === 'global') await context.cluster?.look();
  await makeRoom(
    context,
    request.pools.flatMap(({ subnet }) => subnet ?? []),
  );
  const { network: created } = await context.queues.run({ exclusive: [`network/${network.id}`] }, () =>
    perform(stepsOf(request), { context, request, network }),
  );
  return created;
}

/** The record of a network that is asked for, before anything is taken for it. */
export function draft({ clock }: Pick<Context, 'clock'>, request: NetworkRequest, predefined = false): Network {
  const { name, driver, ipam, ipamOptions, pools: _, ...rest } = request;
  return {
    ...rest,
    id: request.id ?? newId(),
    name,
    created: clock.now(),
    state: 'creating',
    driver: driver.name,
    scope: driver.traits.scope,
    predefined,
    ipam: { driver: ipam.name, options: ipamOptions },
    pools: [],
    facts: null,
  };
}

// Nothing is made of a template, and of one of several hosts nothing on this one before it is used here.
const stepsOf = ({ template, driver }: NetworkRequest) => (template ? [reserve, activate, tell] : driver.traits.scope === 'global' ? [reserve, share] : STEPS);

const reserve = step<Creation>('reserve the name', ({ context: { records }, request, network }) => {
  permitted(records, request);
  records.networks.put(network);
  return () => records.networks.remove(network.id);
});
const activate = step<Creation>('record that it is active', async (creation) => {
  creation.network = { ...creation.network, state: 'active' };
  await creation.context.records.define(creation.network);
});
const tell = step<Creation>('announce', ({ context, network }) => announce(context, 'network', network, 'created'));

const share = step<Creation>('agree on it with the other hosts, which makes and announces it', async (creation) => {
  const { context, request, network } = creation;
  creation.network = await requireCluster(context.cluster, network.driver).create(network, request.pools);
});

const STEPS = [
  reserve,
  step<Creation>('record the intent', async ({ context: { records }, network }) => {
    await records.define(network);
    return () => records.undefine(network.id);
  }),
  step<Creation>('take subnets', async (creation) => {
    const { context, request } = creation;
    const pools = await takePools(context, request);
    creation.network = { ...creation.network, pools };
    context.records.networks.put(creation.network);
    await owePools(context, creation.network);
    return () => givePools(context, creation.network);
  }),
  step<Creation>('choose what this host lets it have', async (creation) => {
    const { context, request } = creation;
    creation.network = await realize(context, creation.network);
    if (!request.ipam.asksSegment || request.driver.segment?.(creation.network)) return () => giveNetwork(context, creation.network.id);
    throw failure('segment-absent', {
      network: request.name,
      ipam: request.ipam.name,
      reason: `driver ${request.driver.name} puts it on none, with these options`,
    });
  }),
  step<Creation>('apply', async ({ context, network }) => {
    const { undo } = await declare(context, () => new Map([networkClaim(context, network)]));
    return undo;
  }),
  activate,
  tell,
];

/** Refuses a name that is taken, and another network of a driver that allows one. Throws `name-taken`, `network-single`. */
export function permitted(records: Records, { id, name, driver, template, configFrom }: NetworkRequest): void {
  const { networks } = records;
  if (id !== undefined && networks.find(id)) throw failure('name-taken', { kind: 'network', name: id });
  if (networks.named(name).length > 0) throw failure('name-taken', { kind: 'network', name });
  // Removing it waits for nothing that was reserved before, and refuses what is.
  if (configFrom !== undefined) configNetwork(records, configFrom);
  const existing = driver.traits.single && !template ? networks.list().find((each) => each.driver === driver.name && !each.template) : undefined;
  if (existing) throw failure('network-single', { driver: driver.name, existing: existing.name });
}
