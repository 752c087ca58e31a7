import { asFailure, failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import type { Owner } from '../../resource/owner.js';
import { announce } from '../announce.js';
import { apart } from '../apart.js';
import { giveJoins, revokeWays, tellWays } from '../asking.js';
import { giveInside } from '../asking-inside.js';
import type { Context } from '../context.js';
import { withdraw } from '../declare.js';
import { unrealize } from '../realize.js';
import { staying } from '../describe.js';
import { nothingTheirs, type Theirs, theirsIn } from '../theirs.js';
import { arrange, type Attachment, declareAttachment } from './attach.js';
import { followGateway, type Moves, tellAutomatic } from './follow-gateway.js';
import { giveBack } from './give-back.js';
import { withEndpoint } from './with-endpoint.js';

interface Leave {
  readonly context: Context;
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
  /** Whether it leaves for good. */
  readonly removed: boolean;
  moves: Moves;
  theirs: Theirs;
  attachment: Attachment;
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
  if (endpoint.automatic) throw failure('endpoint-automatic', { endpoint: endpoint.name, sandbox: sandbox.name });
  const leave = await perform(STEPS, {
    context,
    endpoint,
    sandbox,
    removed,
    moves: { joining: [], leaving: [endpoint] },
    theirs: nothingTheirs,
    attachment: { joining: [], changed: [], leaving: [endpoint] },
    drained: Promise.resolve(),
  });
  return { endpoint: apart(endpoint), drained: leave.drained };
}

const STEPS = [
  step<Leave>('record the intent', async ({ context: { records }, endpoint, removed }) => {
    await records.keep({ endpoints: [{ ...endpoint, state: removed ? 'removing' : 'leaving' }] });
    return () => records.keep({ endpoints: [endpoint] });
  }),
  step<Leave>('withdraw its names', ({ context }) => context.names.withdrawn()),
  step<Leave>('look at what an adopted namespace has, for those that stay', async (leave) => {
    const { context, endpoint, sandbox } = leave;
    if (context.records.endpointsIn(sandbox.id).some(({ id, automatic }) => id !== endpoint.id && !automatic)) leave.theirs = await theirsIn(context, sandbox);
  }),
  step<Leave>('give the sandbox a way out, or take back the one that it was given', async (leave) => {
    const { undo, ...moves } = await followGateway(leave.context, leave.sandbox, leave.moves, leave.theirs);
    leave.moves = moves;
    return undo;
  }),
  step<Leave>('choose the ways out of those that stay', (leave) => {
    const { context, sandbox, moves } = leave;
    leave.attachment = arrange(context, sandbox, moves.joining, moves.leaving, leave.theirs);
    for (const each of leave.attachment.joining) context.records.reserve(each);
  }),
  step<Leave>('tell whoever was asked that it leads nowhere', ({ context, endpoint }) => revokeWays(context, [{ ...endpoint, gateway: [] }])),
  step<Leave>('give back what others made inside', ({ context, endpoint }) => giveInside(context, [endpoint])),
  step<Leave>('apply', async (leave) => {
    const { context, endpoint, sandbox, attachment } = leave;
    const alone = attachment.joining.length === 0 && attachment.changed.length === 0 && staying(context, sandbox, attachment.leaving).length === 0;
    const { drained, undo } = await (alone
      ? withdraw(
          context,
          attachment.leaving.map(({ id }): Owner => `endpoint/${id}`),
        )
      : declareAttachment(context, sandbox, attachment));
    leave.drained = context.draining.follow(
      drained,
      () => {},
      (error) => context.log.error('deleting a link', { endpoint: endpoint.name, error }),
    );
    return undo;
  }),
  step<Leave>('give back what its link was asked from', ({ context, endpoint }) => giveJoins(context, [endpoint])),
  step<Leave>('record that it is out', async ({ context: { records }, endpoint, removed, attachment: { joining, changed, leaving } }) => {
    const gone = leaving.filter(({ id }) => removed || id !== endpoint.id).map(({ id }) => id);
    const active = joining.map((each): Endpoint => ({ ...each, state: 'active' }));
    // In one turn, so in one commit.
    await Promise.all([records.drop({ endpoints: gone }), records.keep({ endpoints: [...(removed ? [] : [apart(endpoint)]), ...active, ...changed] })]);
  }),
  step<Leave>('let names follow the ways out', ({ context }) => context.names.withdrawn()),
  step<Leave>('give back what the way out had that it was given', (leave) => {
    const others = leave.attachment.leaving.filter(({ id }) => id !== leave.endpoint.id);
    if (others.length > 0) void giveBack(leave.context, others, leave.drained);
  }),
  step<Leave>('tell whoever was asked of ways out', ({ context, sandbox, attachment: { joining, changed } }) =>
    tellWays(context, sandbox, joining, changed)
      .catch((error: unknown) => context.log.error('a way out was not told of', { sandbox: sandbox.name, error: asFailure(error).message }))
      .then(() => {}),
  ),
  step<Leave>('announce', ({ context, endpoint, attachment: { joining, leaving } }) => {
    announce(context, 'endpoint', endpoint, 'left');
    tellAutomatic(context, joining, leaving, endpoint);
  }),
];
