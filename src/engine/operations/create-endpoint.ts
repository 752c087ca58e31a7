import { failure } from '../../base/error.js';
import { type Id, newId } from '../../base/id.js';
import { perform, step } from '../../base/steps.js';
import type { EndpointAsk } from '../../model/asks.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { type AttachRequest, parseAttach } from '../parse/attach.js';
import { type Ahead, askAhead } from './ask-ahead.js';
import { unconnected } from './attach.js';
import { draftEndpoint } from './draft-endpoint.js';
import { unrealize } from '../realize.js';
import { joinSandbox } from './join-endpoint.js';

interface Creation {
  readonly context: Context;
  readonly id: Id;
  readonly request: AttachRequest;
  readonly ahead: Ahead | undefined;
  readonly sandboxName: string | undefined;
  endpoint: Endpoint | undefined;
}

/** Creates an endpoint: its name and addresses are taken when this resolves. With a sandbox it is joined at once. */
export async function createEndpoint(context: Context, ask: EndpointAsk): Promise<Endpoint> {
  const { records } = context;
  const sandbox = ask.sandbox === undefined ? undefined : records.sandboxes.resolve(ask.sandbox);
  return records.endpoints.coming.during(ask.name ?? sandbox?.name, () => createWhole(context, ask, sandbox));
}

async function createWhole(context: Context, ask: EndpointAsk, sandbox: Sandbox | undefined): Promise<Endpoint> {
  const { records, queues } = context;
  const { id: network } = records.networks.resolve(ask.network);
  const id = newId();
  const keys = { shared: [`network/${network}`], exclusive: [`endpoint/${id}`, ...(sandbox ? [`sandbox/${sandbox.id}`] : [])] };
  const parse = () => {
    const request = parseAttach(context, { ...ask, network });
    if (sandbox) unconnected(context, sandbox, request.network);
    return request;
  };
  const asking = askAhead(context, { networks: [network], parse: () => [parse()], name: sandbox?.name, id });
  const ahead = asking && (await asking);
  try {
    return await queues.run(keys, async () => {
      const creation: Creation = { context, id, request: parse(), ahead, sandboxName: sandbox?.name, endpoint: undefined };
      await perform(sandbox ? [take, join(sandbox.id), tell] : [take, record, tell], creation);
      return drafted(creation);
    });
  } catch (error) {
    await ahead?.giveUp();
    await unrealize(context, network);
    throw error;
  }
}

const take = step<Creation>('take a name and addresses', async (creation) => {
  const { context, request, ahead, sandboxName, id } = creation;
  const { endpoint, undo } = await (ahead?.draft(request) ?? draftEndpoint(context, request, sandboxName, id));
  creation.endpoint = endpoint;
  return undo;
});
const record = step<Creation>('record', async (creation) => {
  const endpoint: Endpoint = { ...drafted(creation), state: 'created' };
  creation.endpoint = endpoint;
  await creation.context.records.keep({ endpoints: [endpoint] });
  return () => creation.context.records.drop({ endpoints: [endpoint.id] });
});
const tell = step<Creation>('announce', (creation) => {
  announce(creation.context, 'endpoint', drafted(creation), 'created');
  if (drafted(creation).sandbox) announce(creation.context, 'endpoint', drafted(creation), 'joined');
});

const join = (sandbox: string) =>
  step<Creation>('join', async (creation) => {
    creation.endpoint = await joinSandbox(creation.context, drafted(creation), sandbox);
  });

function drafted({ endpoint }: Creation): Endpoint {
  if (!endpoint) throw failure('internal', { reason: 'an endpoint was used before it was made' });
  return endpoint;
}
