import { asFailure } from '../base/error.js';
import type { Id } from '../base/id.js';
import { comesAndGoes } from '../model/comes-and-goes.js';
import type { Network } from '../model/records.js';
import type { Owner } from '../resource/owner.js';
import { abandoned } from './abandoned.js';
import type { Context } from './context.js';
import { declare } from './declare.js';
import { networkClaim, nothing } from './describe.js';
import { giveUpLost } from './lost.js';
import { mend } from './mend.js';
import { leaveSandbox } from './operations/leave-endpoint.js';
import { removeNetwork } from './operations/remove-network.js';
import { removeSandbox } from './operations/remove-sandbox.js';
import { giveBack } from './operations/give-back.js';
import { withNetwork } from './operations/with-network.js';
import { realize } from './realize.js';
import { refresh } from './refresh.js';

/** Mends what is ours: ends what was left half done, makes networks that could not be made, and the kernel as the records say. What fails is logged, and found again. */
export async function fix(context: Context): Promise<void> {
  for (const owner of abandoned(context)) await attempt(context, owner, () => finish(context, owner));
  await refresh(context);
  for (const network of context.records.networks.list())
    if (isUnrealized(network)) await attempt(context, `network/${network.id}`, () => make(context, network.id));
  await giveUpLost(context, await mend(context));
  await context.draining.settled();
}

async function attempt({ log, records }: Context, owner: Owner, work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const name = records.networks.find(owner.slice('network/'.length))?.name ?? owner;
    log.error('doctor could not mend something', { object: name, error: asFailure(error).message });
  }
}

// Not what is made only while something uses it.
const isUnrealized = (network: Network): boolean => network.facts === null && network.state === 'active' && !comesAndGoes(network);

const make = (context: Context, id: Id): Promise<unknown> =>
  withNetwork(context, id, async (network) => {
    const realized = await realize(context, network);
    return declare(context, () => new Map([networkClaim(context, realized)]));
  });

/** What an operation left is undone where it was to make something, and done where it was to remove something: both end with nothing. */
function finish(context: Context, owner: Owner): Promise<unknown> {
  const id = owner.slice(owner.indexOf('/') + 1);
  if (owner.startsWith('network/')) return removeNetwork(context, id, { settle: true });
  if (owner.startsWith('sandbox/')) return removeSandbox(context, id, { force: true, settle: true });
  return finishEndpoint(context, id);
}

async function finishEndpoint(context: Context, id: Id): Promise<void> {
  const { records, queues, ledger } = context;
  const known = records.endpoints.find(id);
  if (!known) return;
  const exclusive = [`endpoint/${id}`, ...(known.sandbox === undefined ? [] : [`sandbox/${known.sandbox}`])];
  await queues.run({ shared: [`network/${known.network}`], exclusive }, async () => {
    const endpoint = records.endpoints.find(id);
    if (!endpoint || endpoint.state === 'active' || endpoint.state === 'created') return;
    const stays = endpoint.state === 'leaving' || endpoint.state === 'joining';
    if (endpoint.sandbox !== undefined && records.sandboxes.find(endpoint.sandbox)) {
      const { drained } = await leaveSandbox(context, endpoint, !stays);
      if (!stays) await giveBack(context, [endpoint], drained);
      return;
    }
    const { drained } = await ledger.declare(new Map([nothing(`endpoint/${id}`)]));
    await records.drop({ endpoints: [id] });
    await giveBack(context, [endpoint], drained);
  });
}
