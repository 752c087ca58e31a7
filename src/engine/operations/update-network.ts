import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { NetworkChange } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import type { Claims } from '../../ledger/types.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { driverOf, endpointClaim, networkClaim } from '../describe.js';
import { amend } from '../parse/labels.js';

interface Update {
  readonly context: Context;
  readonly before: Network;
  readonly after: Network;
}

/** Changes labels and options of a living network: what differs is described again, and the difference is the change. */
export async function updateNetwork(context: Context, ref: string, change: NetworkChange): Promise<Network> {
  const { id } = context.records.networks.resolve(ref);
  return context.queues.run({ exclusive: [`network/${id}`] }, async () => {
    const before = context.records.networks.get(id);
    const after = { ...before, labels: amend(before.labels, change.labels), options: amend(before.options, change.options) };
    check(context, before, after, change);
    await perform(STEPS, { context, before, after });
    return after;
  });
}

const STEPS = [
  step<Update>('record', async ({ context: { records }, before, after }) => {
    await records.define(after);
    return () => records.define(before);
  }),
  step<Update>('apply', async ({ context, after }) => (await declare(context, claims(context, after))).undo),
  step<Update>('announce', ({ context, after }) => announce(context, 'network', after, 'changed')),
];

function check(context: Context, before: Network, after: Network, { options = {} }: NetworkChange): void {
  if (Object.keys(options).length === 0) return;
  if (before.predefined) throw failure('network-predefined', { name: before.name, what: 'given other options' });
  driverOf(context, after.driver).parseNetwork(after.options);
  const fixed = 'com.docker.network.bridge.name';
  if (fixed in options) {
    throw failure('option-invalid', {
      option: fixed,
      value: String(options[fixed]),
      reason: 'fixed while the network lives',
      mend: 'make another network with that device',
    });
  }
}

function claims(context: Context, network: Network): Claims {
  const { records } = context;
  const endpoints = records
    .endpointsOf(network.id)
    .map((each) => endpointClaim(context, each, each.sandbox ? records.sandboxes.find(each.sandbox) : undefined));
  return new Map([networkClaim(context, network), ...endpoints]);
}
