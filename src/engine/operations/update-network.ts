import { MTU, requireCarried } from '../../model/mtu.js';
import { perform, step } from '../../base/steps.js';
import type { Claims } from '../../ledger/types.js';
import type { NetworkChange } from '../../model/asks.js';
import type { Network } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { declare, takeBack } from '../declare.js';
import { changeNetwork } from '../parse/network-change.js';
import { claimsOn } from '../refresh.js';
import { withNetwork } from './with-network.js';

interface Update {
  readonly context: Context;
  readonly before: Network;
  readonly after: Network;
  applied: boolean;
}

/** Changes a living network, and nothing is detached for it: all on it is described again, and the difference is the change. */
export async function updateNetwork(context: Context, ref: string, change: NetworkChange): Promise<Network> {
  return withNetwork(context, ref, async (before) => {
    const after = changeNetwork(context, before, change);
    await requireParentCarries(context, before, after);
    await perform(STEPS, { context, before, after, applied: false });
    return after;
  });
}

// The parent as it is now: it may have been given another MTU since the network was made.
async function requireParentCarries({ kernel }: Context, before: Network, { facts, options }: Network): Promise<void> {
  const { parent, parentMtu } = facts ?? {};
  const mtu = options[MTU];
  if (mtu === undefined || mtu === before.options[MTU] || typeof parent !== 'string' || parentMtu === undefined) return;
  const { links } = await kernel.surroundings([parent]);
  const link = links.find(({ name }) => name === parent);
  if (link) requireCarried(Number(mtu), link);
}

const STEPS = [
  // Undone last, with the record as it was: who came meanwhile is described as well, and a leaf that they opened stays.
  step<Update>('be able to describe it as it was', (update) => {
    return async () => {
      if (update.applied) await takeBack(update.context, () => standing(update.context, claimsOn(update.context, update.before)));
    };
  }),
  step<Update>('record', async ({ context: { records }, before, after }) => {
    await records.define(after);
    return () => records.define(before);
  }),
  step<Update>('apply', async (update) => {
    await declare(update.context, () => claimsOn(update.context, update.after));
    update.applied = true;
  }),
  step<Update>('let names follow', ({ context, after }) => context.names.renew(sandboxesOn(context, after))),
  step<Update>('announce, where the hosts that share it do not', ({ context, after }) => {
    if (after.scope !== 'global') announce(context, 'network', after, 'changed');
  }),
];

// Who is on the way there, or away, claims nothing and is not to begin with it here.
const standing = ({ ledger }: Context, claims: Claims): Claims => new Map([...claims].filter(([owner]) => ledger.claimsOf(owner).length > 0));

const sandboxesOn = ({ records }: Context, { id }: Network) => new Set(records.endpointsOf(id).flatMap(({ sandbox }) => sandbox ?? []));
