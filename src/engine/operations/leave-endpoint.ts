import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import { apart } from '../apart.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { endpointClaim, nothing } from '../describe.js';
import { withdrawing } from '../port-mend.js';
import { unrealize } from '../realize.js';
import { arrange } from './attach.js';
import { withEndpoint } from './with-endpoint.js';

interface Leave {
  readonly context: Context;
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
  /** Whether it leaves for good. */
  readonly removed: boolean;
  promoted: readonly Endpoint[];
  drained: Promise<void>;
}

/** What a leave left: the endpoint as it is now, and the end of its link. */
export interface Left {
  readonly endpoint: Endpoint;
  readonly drained: Promise<void>;
}

/** Takes an endpoint out of its sandbox. It keeps its addresses; another endpoint may become the way out. */
export async function leaveEndpoint(context: Context, ref: string, how: RemoveHow): Promise<Endpoint> {
  const { network } = context.records.endpoints.resolve(ref);
  const { endpoint, drained } = await withEndpoint(context, ref, (each) => leaveSandbox(context, each));
  await unrealize(context, network);
  if (how.settle) await Promise.all([drained, context.draining.settled()]);
  return endpoint;
}

/** The same, for callers that hold the queues. */
export async function leaveSandbox(context: Context, endpoint: Endpoint, removed = false): Promise<Left> {
  if (!endpoint.sandbox) throw failure('endpoint-not-joined', { endpoint: endpoint.name });
  const sandbox = context.records.sandboxes.get(endpoint.sandbox);
  const leave = await perform(STEPS, { context, endpoint, sandbox, removed, promoted: [], drained: Promise.resolve() });
  return { endpoint: apart(endpoint), drained: leave.drained };
}

const STEPS = [
  step<Leave>('record the intent', async ({ context: { records }, endpoint, removed }) => {
    await records.keep({ endpoints: [{ ...endpoint, state: removed ? 'removing' : 'leaving' }] });
    return () => records.keep({ endpoints: [endpoint] });
  }),
  step<Leave>('withdraw its names', ({ context }) => context.names.withdrawn()),
  step<Leave>('choose the ways out of those that stay', (leave) => {
    leave.promoted = arrange(leave.context, leave.sandbox, [], [leave.endpoint], new Set()).changed;
  }),
  step<Leave>('apply', async (leave) => {
    const { context, endpoint, sandbox, promoted } = leave;
    const claims = new Map([nothing(`endpoint/${endpoint.id}`), ...promoted.map((each) => endpointClaim(context, each))]);
    const { drained, undo } = await declare(context, claims).catch((error: unknown) => {
      throw withdrawing(error, sandbox.name, sandbox.ports);
    });
    leave.drained = context.draining.follow(
      drained,
      () => {},
      (error) => context.log.error('deleting a link', { endpoint: endpoint.name, error }),
    );
    return undo;
  }),
  step<Leave>('record that it is out', async ({ context: { records }, endpoint, removed, promoted }) => {
    // In one turn, so in one commit.
    if (removed) await Promise.all([records.drop({ endpoints: [endpoint.id] }), records.keep({ endpoints: promoted })]);
    else await records.keep({ endpoints: [apart(endpoint), ...promoted] });
  }),
  step<Leave>('let names follow the ways out', ({ context }) => context.names.withdrawn()),
  step<Leave>('announce', ({ context, endpoint }) => announce(context, 'endpoint', endpoint, 'left')),
];
