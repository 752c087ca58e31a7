import { failure } from '../../base/error.js';
import { perform, step } from '../../base/steps.js';
import type { EndpointAsk } from '../../model/asks.js';
import type { Endpoint } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { type AttachRequest, parseAttach } from '../parse/attach.js';
import { unconnected } from './attach.js';
import { draftEndpoint } from './draft-endpoint.js';
import { joinSandbox } from './join-endpoint.js';

interface Creation {
  readonly context: Context;
  readonly request: AttachRequest;
  readonly sandboxName: string | undefined;
  endpoint: Endpoint | undefined;
}

/** Creates an endpoint: its name and addresses are taken when this resolves. With a sandbox it is joined at once. */
export async function createEndpoint(context: Context, ask: EndpointAsk): Promise<Endpoint> {
  const { records, queues } = context;
  const sandbox = ask.sandbox === undefined ? undefined : records.sandboxes.resolve(ask.sandbox);
  const { id: network } = records.networks.resolve(ask.network);
  const keys = { shared: [`network/${network}`], exclusive: sandbox ? [`sandbox/${sandbox.id}`] : [] };
  return queues.run(keys, async () => {
    const request = parseAttach(context, { ...ask, network });
    if (sandbox) unconnected(context, sandbox, [request.network]);
    const creation: Creation = { context, request, sandboxName: sandbox?.name, endpoint: undefined };
    await perform(sandbox ? [...STEPS, join(sandbox.id)] : STEPS, creation);
    return drafted(creation);
  });
}

const STEPS = [
  step<Creation>('take a name and addresses', async (creation) => {
    const { endpoint, undo } = await draftEndpoint(creation.context, creation.request, creation.sandboxName);
    creation.endpoint = endpoint;
    return undo;
  }),
  step<Creation>('record', async (creation) => {
    const endpoint: Endpoint = { ...drafted(creation), state: 'created' };
    creation.endpoint = endpoint;
    await creation.context.records.keep({ endpoints: [endpoint] });
    return () => creation.context.records.drop({ endpoints: [endpoint.id] });
  }),
  step<Creation>('announce', (creation) => announce(creation.context, 'endpoint', drafted(creation), 'created')),
];

const join = (sandbox: string) =>
  step<Creation>('join', async (creation) => {
    creation.endpoint = await joinSandbox(creation.context, drafted(creation), sandbox);
  });

function drafted({ endpoint }: Creation): Endpoint {
  if (!endpoint) throw failure('internal', { reason: 'an endpoint was used before it was made' });
  return endpoint;
}
