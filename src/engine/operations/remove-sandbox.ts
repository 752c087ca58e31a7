import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import type { Owner } from '../../resource/owner.js';
import { ipamOf } from '../addresses.js';
import { announce } from '../announce.js';
import { giveInside } from '../asking-inside.js';
import type { Context } from '../context.js';
import { withdraw } from '../declare.js';
import { unrealize } from '../realize.js';
import { giveBack } from './give-back.js';
import { withSandbox } from './with-sandbox.js';

interface Removal {
  readonly context: Context;
  readonly sandbox: Sandbox;
  readonly endpoints: readonly Endpoint[];
  /** Whether somebody waits for the end of its links. */
  readonly settles: boolean;
  drained: Promise<void>;
}

/** Removes a sandbox with its endpoints. One whose recorded process still runs only by force. */
export async function removeSandbox(context: Context, ref: string, how: RemoveHow): Promise<void> {
  const awaited = context.records.sandboxes.awaited(ref);
  if (awaited) await awaited;
  const { drained, endpoints } = await withSandbox(context, ref, async (sandbox, endpoints) => {
    await unoccupied(context, sandbox, how);
    return perform(STEPS, { context, sandbox, endpoints, settles: how.settle === true, drained: Promise.resolve() });
  });
  for (const each of new Set(endpoints.map(({ network }) => network))) await unrealize(context, each);
  if (how.settle) await Promise.all([drained, context.draining.settled()]);
}

const STEPS = [
  step<Removal>('record the intent', async ({ context, sandbox, endpoints }) => {
    const { records } = context;
    const removing: Parameters<typeof records.keep>[0] = {
      sandboxes: [{ ...sandbox, state: 'removing' }],
      endpoints: endpoints.map((each) => ({ ...each, state: 'removing' })),
    };
    // That there is no record is intent enough, where nobody else would have to hear of it after a crash.
    await (endpoints.every((each) => isOurs(context, each)) ? records.renounce(removing) : records.keep(removing));
    return () => records.keep({ sandboxes: [sandbox], endpoints });
  }),
  // A socket in a namespace would keep it alive.
  step<Removal>('withdraw its names, and close its resolver', ({ context: { names }, settles }) => (settles ? names.closed() : names.withdrawn())),
  step<Removal>('give back what others made inside', ({ context, endpoints }) => giveInside(context, endpoints)),
  step<Removal>('apply', async (removal) => {
    const { context, sandbox, endpoints, settles } = removal;
    const owners = [...endpoints.map(({ id }): Owner => `endpoint/${id}`), `sandbox/${sandbox.id}` as const];
    const { drained, undo } = await withdraw(context, owners, { settles });
    removal.drained = drained;
    return undo;
  }),
  step<Removal>('forget it', ({ context: { records }, sandbox, endpoints }) =>
    records.drop({ sandboxes: [sandbox.id], endpoints: endpoints.map(({ id }) => id) }),
  ),
  step<Removal>('give the ports back', ({ context, sandbox }) => context.ports.give(sandbox.ports)),
  step<Removal>('give the addresses back once the links have gone', (removal) => {
    removal.drained = giveBack(removal.context, removal.endpoints, removal.drained);
  }),
  step<Removal>('announce', ({ context, sandbox, endpoints }) => {
    for (const endpoint of endpoints) announce(context, 'endpoint', endpoint, 'removed');
    announce(context, 'sandbox', sandbox, 'removed');
  }),
];

// Whose address no server of its segment gave, and of which no other host knows.
function isOurs(context: Context, endpoint: Endpoint): boolean {
  const network = context.records.networks.get(endpoint.network);
  return network.scope === 'local' && !ipamOf(context, network).asksSegment;
}

async function unoccupied({ kernel }: Context, { name, process }: Sandbox, { force }: RemoveHow): Promise<void> {
  if (process && !force && (await kernel.started(process.pid)) === process.started) throw failure('sandbox-busy', { sandbox: name, pid: process.pid });
}
