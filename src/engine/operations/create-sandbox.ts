import { asFailure, failure } from '../../base/error.js';
import { newId, shortId } from '../../base/id.js';
import { collect, perform, step } from '../../base/steps.js';
import type { Visited } from '../../kernel/kernel.js';
import type { SandboxAsk, UntilAsk } from '../../model/asks.js';
import type { AskedPort } from '../../model/driver.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import { askJoin, tellWays, withInfo } from '../asking.js';
import { askInside } from '../asking-inside.js';
import type { Context } from '../context.js';
import { type AttachRequest, parseAttach } from '../parse/attach.js';
import { parseName } from '../parse/names.js';
import { parsePorts, type PortWish } from '../parse/ports.js';
import { publish } from '../publish.js';
import { parseUntil } from '../parse/until.js';
import { realize, unrealize } from '../realize.js';
import { letGo } from '../slots/let-go.js';
import type { Slot } from '../slots/slot.js';
import { takeSlot } from '../slots/take-slot.js';
import { nothingTheirs, type Theirs, theirsOf } from '../theirs.js';
import { type Ahead, askAhead } from './ask-ahead.js';
import { type Attachment, arrange, declareAttachment } from './attach.js';
import { draftEndpoint, draftFromSlot } from './draft-endpoint.js';
import { draftSandbox } from './draft-sandbox.js';
import { followGateway } from './follow-gateway.js';
import { takeDevices } from './take-devices.js';

interface Creation {
  readonly context: Context;
  readonly requests: readonly AttachRequest[];
  readonly ahead: Ahead | undefined;
  readonly wishes: readonly PortWish[];
  readonly until: UntilAsk | undefined;
  readonly slot: Slot | undefined;
  /** What is in a namespace that it adopts: asked for first, so that the kernel looks while the rest is thought about. */
  readonly visiting: Promise<Visited> | undefined;
  sandbox: Sandbox;
  endpoints: readonly Endpoint[];
  theirs: Theirs;
  attachment: Attachment;
}

/** Creates a sandbox, and attaches it to its first networks in the same kernel transaction: all of it, or nothing. */
export function createSandbox(context: Context, ask: SandboxAsk): Promise<Sandbox> {
  return context.records.sandboxes.coming.during(ask.name, () => createWhole(context, ask));
}

async function createWhole(context: Context, ask: SandboxAsk): Promise<Sandbox> {
  const slot = takeSlot(context, ask);
  try {
    const sandbox = await createIn(context, ask, slot);
    if (slot) context.records.slots.used(slot);
    return sandbox;
  } catch (error) {
    if (slot)
      void letGo(context, [slot]).catch((trouble: unknown) =>
        context.log.error('a sandbox held ready is not taken down', { error: asFailure(trouble).message }),
      );
    throw error;
  }
}

async function createIn(context: Context, ask: SandboxAsk, slot: Slot | undefined): Promise<Sandbox> {
  const { records, queues } = context;
  const id = slot?.sandbox.id ?? newId();
  const name = ask.name === undefined ? shortId(id) : parseName('sandbox', ask.name);
  const wishes = parsePorts(ask.ports ?? []);
  const networks = (ask.networks ?? []).map(({ network }) => records.networks.resolve(network).id);
  const parse = () => {
    const requests = (ask.networks ?? []).map((each, index) => parseAttach(context, { ...each, network: networks[index] as string }));
    once(requests);
    return { requests, sandbox: draftSandbox(context, { id, ...(slot && { stack: slot.sandbox.stack }) }, name, ask, requests) };
  };
  const parseFree = () => {
    requireFree(context, name);
    return parse().requests;
  };
  const asking = slot ? undefined : askAhead(context, { networks, parse: parseFree, name });
  const ahead = asking && (await asking);
  try {
    return await queues.run({ exclusive: [`sandbox/${id}`], shared: networks.map((each) => `network/${each}`) }, async () => {
      const { requests, sandbox } = parse();
      const visiting = sandbox.adopted === undefined ? undefined : visit(context, sandbox.adopted);
      // Whatever fails before anybody comes to that is what is said.
      visiting?.catch(() => {});
      const creation = await perform(STEPS, {
        context,
        requests,
        ahead,
        wishes,
        until: ask.until,
        slot,
        visiting,
        sandbox,
        endpoints: [],
        theirs: nothingTheirs,
        attachment: { joining: [], changed: [], leaving: [] },
      });
      return creation.sandbox;
    });
  } catch (error) {
    await ahead?.giveUp();
    for (const each of new Set(networks)) await unrealize(context, each);
    throw error;
  }
}

function requireFree({ records }: Context, name: string): void {
  if (records.sandboxes.named(name).length > 0) throw failure('name-taken', { kind: 'sandbox', name });
}

function once(requests: readonly AttachRequest[]): void {
  const seen = new Set<string>();
  for (const { network } of requests) {
    if (seen.has(network.id)) throw failure('value-invalid', { field: 'network', value: network.name, reason: 'given twice', mend: 'give each network once' });
    seen.add(network.id);
  }
}

const STEPS = [
  step<Creation>('look at the process that it goes with', async (creation) => {
    const { context, until, sandbox } = creation;
    if (until) creation.sandbox = { ...sandbox, holder: await parseUntil(context, until) };
  }),
  step<Creation>('reserve the name', ({ context, sandbox }) => {
    requireFree(context, sandbox.name);
    context.records.sandboxes.put(sandbox);
    return () => context.records.sandboxes.remove(sandbox.id);
  }),
  step<Creation>('take names and addresses', async (creation) => {
    const { context, requests, ahead, wishes, sandbox, slot } = creation;
    const undos: (() => Promise<void>)[] = [];
    try {
      for (const request of requests) {
        const { endpoint, undo } = slot
          ? draftFromSlot(context, slot, request, sandbox.name)
          : await (ahead?.draft(request, wished(wishes)) ?? draftEndpoint(context, request, sandbox.name, newId(), wished(wishes)));
        creation.endpoints = [...creation.endpoints, endpoint];
        undos.push(undo);
      }
    } catch (error) {
      await collect(undos);
      throw error;
    }
    return async () => void (await collect(undos));
  }),
  step<Creation>('look at a namespace that is adopted', async (creation) => {
    const { context, sandbox } = creation;
    if (sandbox.adopted === undefined || !creation.visiting) return;
    const visited = await creation.visiting;
    notOurs(context, sandbox.adopted, visited);
    // In one turn: of two who adopt it at once, the second finds the first.
    unshared(context, sandbox.adopted, visited.cookie);
    creation.sandbox = { ...sandbox, cookie: visited.cookie };
    context.records.sandboxes.put(creation.sandbox);
    creation.theirs = theirsOf(visited);
  }),
  step<Creation>('realize networks on their first use', async ({ context, requests }) => {
    for (const { network } of requests) await realize(context, context.records.networks.get(network.id));
  }),
  step<Creation>('ask whoever makes their links', async (creation) => {
    const { endpoints, undo } = await askJoin(creation.context, creation.sandbox, creation.endpoints, wished(creation.wishes));
    creation.endpoints = endpoints;
    return undo;
  }),
  step<Creation>('give it a way out where its networks have none', async (creation) => {
    const { context, sandbox, endpoints, theirs } = creation;
    const { joining, undo } = await followGateway(context, sandbox, { joining: endpoints, leaving: [] }, theirs);
    creation.endpoints = joining;
    return undo;
  }),
  step<Creation>('take what of the host its endpoints are to have to themselves', async (creation) => {
    const { endpoints, undo } = await takeDevices(creation.context, creation.endpoints);
    creation.endpoints = endpoints;
    return undo;
  }),
  step<Creation>('choose links and ways out', (creation) => {
    const { context, sandbox, endpoints, theirs, slot } = creation;
    creation.attachment = { ...arrange(context, sandbox, endpoints, [], theirs), ...(slot && { slot }) };
  }),
  step<Creation>('reserve the links', ({ context: { records }, attachment }) => {
    for (const endpoint of attachment.joining) records.reserve(endpoint);
  }),
  step<Creation>('take ports and apply', async (creation) => {
    const { context, wishes, attachment } = creation;
    const apply = async (sandbox: Sandbox) => (await declareAttachment(context, sandbox, attachment)).undo;
    const { sandbox, undo } = await publish(context, creation.sandbox, { wishes, removed: [], flag: '-p' }, apply);
    creation.sandbox = sandbox;
    return undo;
  }),
  step<Creation>('have others make what is theirs inside', async (creation) => {
    const { attachment, undo } = await askInside(creation.context, creation.sandbox, creation.attachment);
    creation.attachment = attachment;
    return undo;
  }),
  step<Creation>('tell whoever was asked of ways out', ({ context, sandbox, attachment: { joining } }) => tellWays(context, sandbox, joining, [])),
  step<Creation>('ask what is told of them', async (creation) => {
    creation.attachment = { ...creation.attachment, joining: await withInfo(creation.context, creation.attachment.joining) };
  }),
  step<Creation>('record that it is active', async (creation) => {
    creation.sandbox = { ...creation.sandbox, state: 'active' };
    const endpoints = creation.attachment.joining.map((each): Endpoint => ({ ...each, state: 'active' }));
    await creation.context.records.keep({ sandboxes: [creation.sandbox], endpoints });
    return () => creation.context.records.drop({ sandboxes: [creation.sandbox.id], endpoints: endpoints.map(({ id }) => id) });
  }),
  step<Creation>('let its names be answered', async (creation) => {
    await creation.context.names.settled(creation.sandbox.id);
    creation.sandbox = creation.context.records.sandboxes.get(creation.sandbox.id);
  }),
  step<Creation>('announce', ({ context, sandbox, attachment }) => {
    announce(context, 'sandbox', sandbox, 'created');
    for (const endpoint of attachment.joining) {
      announce(context, 'endpoint', endpoint, 'created');
      announce(context, 'endpoint', endpoint, 'joined');
    }
  }),
];

// Of a range that is left to us no port is known yet.
const wished = (wishes: readonly PortWish[]): readonly AskedPort[] =>
  wishes.map(({ protocol, target, from, ips: [ip], byDefault }) => ({
    protocol,
    target,
    port: from && from.first === from.last ? from.first : 0,
    ...(ip !== undefined && !byDefault && { ip }),
  }));

// What is in it may be of a sandbox whose removal is answered, and which the kernel is about to hear of.
async function visit({ kernel, ledger }: Context, path: string): Promise<Visited> {
  const seen = await kernel.visit(path);
  if (seen.links.length < 2) return seen;
  await ledger.past();
  return kernel.visit(path);
}

/** Refuses a namespace that was made for a sandbox, by whatever path it is named. */
function notOurs({ records }: Context, path: string, { made }: Visited): void {
  const own = made && records.sandboxes.list().find(({ stack, state, adopted }) => stack === made && state === 'active' && adopted === undefined);
  if (own) throw failure('namespace-taken', { path, sandbox: own.name });
}

/** Refuses a namespace that another sandbox has adopted, is about to, or has not let go of yet. */
function unshared({ records }: Context, path: string, cookie: string): void {
  const other = records.sandboxes.list().find((each) => each.adopted !== undefined && each.state !== 'lost' && each.cookie === cookie);
  if (other) throw failure('namespace-taken', { path, sandbox: other.name });
}
