import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { realize, unrealize } from '../realize.js';
import { type Attachment, arrange, declareAttachment, foreignLinks } from './attach.js';
import { withEndpoint } from './with-endpoint.js';

interface Join {
  readonly context: Context;
  readonly endpoint: Endpoint;
  readonly sandbox: Sandbox;
  taken: ReadonlySet<string>;
  attachment: Attachment;
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
  if (sandbox.state === 'lost') throw failure('namespace-lost', { sandbox: sandbox.name, path: sandbox.adopted ?? sandbox.key });
  if (sandbox.state !== 'active')
    throw failure('object-busy', { kind: 'sandbox', name: sandbox.name, what: sandbox.state === 'removing' ? 'removed' : 'created' });
  const { attachment } = await perform(STEPS, { context, endpoint, sandbox, taken: new Set<string>(), attachment: { joining: [], changed: [] } });
  return attachment.joining[0] ?? endpoint;
}

const STEPS = [
  step<Join>('realize the network if this is its first use', async ({ context, endpoint }) => {
    await realize(context, context.records.networks.get(endpoint.network));
  }),
  step<Join>('look at what an adopted namespace has', async (join) => {
    join.taken = await foreignLinks(join.context, join.sandbox);
  }),
  step<Join>('choose links and ways out', (join) => {
    join.attachment = arrange(join.context, join.sandbox, [join.endpoint], [], join.taken);
  }),
  step<Join>('reserve the link', ({ context: { records }, endpoint, attachment }) => {
    for (const each of attachment.joining) records.reserve(each);
    return () => records.reserve(endpoint);
  }),
  step<Join>('apply', ({ context, sandbox, attachment }) => declareAttachment(context, sandbox, attachment)),
  step<Join>('record that it is active', async (join) => {
    const { joining, changed } = join.attachment;
    const { records } = join.context;
    const active = joining.map((each): Endpoint => ({ ...each, state: 'active' }));
    const before = [join.endpoint, ...changed.map(({ id }) => records.endpoints.get(id))];
    join.attachment = { joining: active, changed };
    await records.keep({ endpoints: [...active, ...changed] });
    return () => records.keep({ endpoints: before });
  }),
  step<Join>('let names follow', ({ context, sandbox }) => context.names.settled(sandbox.id)),
];
