import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import { askedPorts, askJoin, tellWays, withInfo } from '../asking.js';
import { askInside } from '../asking-inside.js';
import type { Context } from '../context.js';
import { realize, unrealize } from '../realize.js';
import { nothingTheirs, type Theirs, theirsIn } from '../theirs.js';
import { followGateway, type Moves, tellAutomatic } from './follow-gateway.js';
import { giveBack } from './give-back.js';
import { type Attachment, arrange, declareAttachment } from './attach.js';
import { takeDevices } from './take-devices.js';
import { withEndpoint } from './with-endpoint.js';

interface Join {
  readonly context: Context;
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
  moves: Moves;
  theirs: Theirs;
  attachment: Attachment;
  drained: Promise<void>;
}

/** Joins an endpoint to a sandbox: links, addresses and routes are live when this resolves. Twice is refused. */
export async function joinEndpoint(context: Context, ref: string, sandboxRef: string): Promise<Endpoint> {
  const { network } = context.records.endpoints.resolve(ref);
  const { id } = context.records.sandboxes.resolve(sandboxRef);
  try {
    return await withEndpoint(
      context,
      ref,
      async (endpoint) => {
        const joined = await joinSandbox(context, endpoint, id);
        announce(context, 'endpoint', joined, 'joined');
        return joined;
      },
      id,
    );
  } catch (error) {
    await unrealize(context, network);
    throw error;
  }
}

/** The same, for callers that hold the queues. */
export async function joinSandbox(context: Context, endpoint: Endpoint, sandboxId: string): Promise<Endpoint> {
  const { records } = context;
  const sandbox = records.sandboxes.get(sandboxId);
  if (endpoint.sandbox) throw failure('endpoint-joined', { endpoint: endpoint.name, sandbox: records.sandboxes.get(endpoint.sandbox).name });
  if (endpoint.state === 'lost') throw failure('endpoint-lost', { endpoint: records.endpoints.fullName(endpoint.id) });
  if (sandbox.state === 'lost') throw failure('namespace-lost', { sandbox: sandbox.name, path: sandbox.adopted ?? sandbox.key });
  if (sandbox.state !== 'active')
    throw failure('object-busy', { kind: 'sandbox', name: sandbox.name, what: sandbox.state === 'removing' ? 'removed' : 'created' });
  const { attachment } = await perform(STEPS, {
    context,
    endpoint,
    sandbox,
    moves: { joining: [endpoint], leaving: [] },
    theirs: nothingTheirs,
    attachment: { joining: [], changed: [], leaving: [] },
    drained: Promise.resolve(),
  });
  return attachment.joining[0] ?? endpoint;
}

const STEPS = [
  step<Join>('realize the network if this is its first use', async ({ context, endpoint }) => {
    await realize(context, context.records.networks.get(endpoint.network));
  }),
  step<Join>('ask whoever makes its link', async (join) => {
    const { endpoints, undo } = await askJoin(join.context, join.sandbox, join.moves.joining, askedPorts(join.sandbox));
    join.moves = { ...join.moves, joining: endpoints };
    return undo;
  }),
  step<Join>('look at what an adopted namespace has', async (join) => {
    join.theirs = await theirsIn(join.context, join.sandbox);
  }),
  step<Join>('give the sandbox a way out, or take back the one that it was given', async (join) => {
    const { undo, ...moves } = await followGateway(join.context, join.sandbox, join.moves, join.theirs);
    join.moves = moves;
    return undo;
  }),
  step<Join>('take what of the host it is to have to itself', async (join) => {
    const { endpoints, undo } = await takeDevices(join.context, join.moves.joining);
    join.moves = { ...join.moves, joining: endpoints };
    return undo;
  }),
  step<Join>('choose links and ways out', (join) => {
    const { joining, leaving } = join.moves;
    join.attachment = arrange(join.context, join.sandbox, joining, leaving, join.theirs);
  }),
  step<Join>('reserve the links', ({ context: { records }, moves, attachment }) => {
    for (const each of attachment.joining) records.reserve(each);
    return () => {
      for (const each of moves.joining) records.reserve(each);
    };
  }),
  step<Join>('apply', async (join) => {
    const { undo, drained } = await declareAttachment(join.context, join.sandbox, join.attachment);
    join.drained = drained;
    return undo;
  }),
  step<Join>('have others make what is theirs inside', async (join) => {
    const { attachment, undo } = await askInside(join.context, join.sandbox, join.attachment);
    join.attachment = attachment;
    return undo;
  }),
  step<Join>('tell whoever was asked of ways out', ({ context, sandbox, attachment: { joining, changed } }) => tellWays(context, sandbox, joining, changed)),
  step<Join>('ask what is told of it', async (join) => {
    join.attachment = { ...join.attachment, joining: await withInfo(join.context, join.attachment.joining) };
  }),
  step<Join>('record that it is active', async (join) => {
    const { joining, changed, leaving } = join.attachment;
    const { records } = join.context;
    const active = joining.map((each): Endpoint => ({ ...each, state: 'active' }));
    const before = [join.endpoint, ...changed.map(({ id }) => records.endpoints.get(id)), ...leaving];
    const others = active.filter(({ id }) => id !== join.endpoint.id).map(({ id }) => id);
    join.attachment = { joining: active, changed, leaving };
    // In one turn, so in one commit.
    await Promise.all([records.drop({ endpoints: leaving.map(({ id }) => id) }), records.keep({ endpoints: [...active, ...changed] })]);
    return () => Promise.all([records.drop({ endpoints: others }), records.keep({ endpoints: before })]).then(() => {});
  }),
  step<Join>('let names follow', ({ context, sandbox }) => {
    // Who resolves in what was handed over is asked by somebody else.
    return sandbox.handed === undefined ? context.names.settled(sandbox.id) : undefined;
  }),
  step<Join>('give back what the way out had that it was given', ({ context, attachment: { leaving }, drained }) => {
    void giveBack(context, leaving, drained);
  }),
  step<Join>('tell of the way out that came or went', ({ context, endpoint, attachment: { joining, leaving } }) => {
    tellAutomatic(context, joining, leaving, endpoint);
  }),
];
