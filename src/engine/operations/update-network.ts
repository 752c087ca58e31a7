import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { NetworkChange } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import type { Claims } from '../../ledger/types.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { driverOf, endpointClaim, networkClaim, sceneOf } from '../describe.js';
import { amend } from '../parse/labels.js';

interface Update {
  readonly context: Context;
  readonly before: Network;
  readonly after: Network;
}

/** Changes labels and options of a living network: what differs is described again, and the difference is the change. */
export async function updateNetwork(context: Context, ref: string, change: NetworkChange): Promise<Network> {
  const { id } = context.records.networks.resolve(ref);
  for (;;) {
    // The ways out of a sandbox change with its other networks: its endpoints are described anew only while nothing else does.
    const sandboxes = sandboxesOn(context, id);
    const changed = await context.queues.run({ exclusive: [`network/${id}`, ...sandboxes] }, async () => {
      const before = context.records.networks.get(id);
      if (!sandboxesOn(context, id).every((each) => sandboxes.includes(each))) return undefined;
      const after = { ...before, labels: amend(before.labels, change.labels), options: amend(before.options, change.options) };
      check(context, before, after, change);
      await perform(STEPS, { context, before, after });
      return after;
    });
    if (changed) return changed;
  }
}

const sandboxesOn = ({ records }: Context, id: string): readonly string[] =>
  records.endpointsOf(id).flatMap(({ sandbox }) => (sandbox === undefined ? [] : [`sandbox/${sandbox}`]));

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
  const driver = driverOf(context, after.driver);
  driver.check?.(sceneOf(context, after));
  const option = Object.keys(options).find((name) => driver.options.network[name]?.fixed);
  if (option === undefined) return;
  throw failure('option-invalid', { option, value: String(options[option]), reason: 'fixed while the network lives', mend: 'make another network with it' });
}

function claims(context: Context, network: Network): Claims {
  const { records } = context;
  const endpoints = records.endpointsOf(network.id).map((each) => endpointClaim(context, each));
  return new Map([networkClaim(context, network), ...endpoints]);
}
