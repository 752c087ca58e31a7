import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { NetworkChange } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { driverOf, sceneOf } from '../describe.js';
import { amend } from '../parse/labels.js';
import { claimsOn } from '../refresh.js';
import { withNetwork } from './with-network.js';

interface Update {
  readonly context: Context;
  readonly before: Network;
  readonly after: Network;
}

/** Changes labels and options of a living network: what differs is described again, and the difference is the change. */
export async function updateNetwork(context: Context, ref: string, change: NetworkChange): Promise<Network> {
  return withNetwork(context, ref, async (before) => {
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
  step<Update>('apply', async ({ context, after }) => (await declare(context, claimsOn(context, after))).undo),
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
