import { shortId } from '../../base/id.js';
import { FairleadError } from '../../base/error.js';
import type { NetworkAsk } from '../../model/asks.js';
import { ICC } from '../../model/icc.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { GATEWAY_NETWORK } from '../gateways.js';
import { realize } from '../realize.js';
import type { Theirs } from '../theirs.js';
import { lacksWayOut } from '../ways-out.js';
import { createNetwork } from './create-network.js';
import { type Drafted, draftEndpoint } from './draft-endpoint.js';
import { removeNetwork } from './remove-network.js';

/** What joins and leaves a sandbox, and what Fairlead itself lets join and leave it for that. */
export interface Moves {
  readonly joining: readonly Endpoint[];
  readonly leaving: readonly Endpoint[];
}

// As libnetwork makes it; a user who wants another makes one of that name before.
const ASK: NetworkAsk = {
  name: GATEWAY_NETWORK,
  ipv6: false,
  options: { [ICC]: 'false', 'com.docker.network.bridge.enable_ip_masquerade': 'true' },
};

/**
 * A sandbox that none of its networks leads outside has an endpoint on `docker_gwbridge`, from the attachment with which it lacks a way out to
 * the one that brings it one: it comes and goes in the same transaction. The undo gives back what was taken for it.
 */
export async function followGateway(
  context: Context,
  sandbox: Sandbox,
  { joining, leaving }: Moves,
  theirs: Theirs,
): Promise<Moves & { readonly undo: () => Promise<void> }> {
  // Another engine gives its own what they lack.
  if (sandbox.handed !== undefined) return { joining, leaving, undo: async () => {} };
  const gone = new Set([...joining, ...leaving].map(({ id }) => id));
  const staying = context.records.endpointsIn(sandbox.id).filter(({ id }) => !gone.has(id));
  const given = staying.filter(({ automatic }) => automatic);
  if (!lacksWayOut(context, [...staying, ...joining])) return { joining, leaving: [...leaving, ...given], undo: async () => {} };
  // What somebody else leads outside lacks nothing.
  if (given.length > 0 || theirs.ways.size > 0) return { joining, leaving, undo: async () => {} };
  const { endpoint, undo } = await draftGateway(context, sandbox);
  return { joining: [...joining, endpoint], leaving, undo };
}

async function draftGateway(context: Context, sandbox: Sandbox): Promise<Drafted> {
  const before = context.records.networks.named(GATEWAY_NETWORK);
  for (;;) {
    const network = await gatewayNetwork(context);
    // No queue of it is held: nothing is awaited between this look and the name that the draft takes, and from then on it is not removed.
    if (context.records.networks.find(network.id)?.state !== 'active') continue;
    const name = `gateway_${shortId(sandbox.id)}`;
    const draft = draftEndpoint(context, { network, name, automatic: true, ips: [], linkLocals: [], aliases: [], gatewayPriority: 0, labels: {}, options: {} });
    return before.length > 0 ? draft : withNetwork(context, network, draft);
  }
}

// What was made for it goes with it, unless others use it by then.
async function withNetwork(context: Context, network: Network, draft: Promise<Drafted>): Promise<Drafted> {
  const remove = () => removeNetwork(context, network.id, {}).catch(() => {});
  try {
    const { endpoint, undo } = await draft;
    const back = async () => {
      await undo();
      await remove();
    };
    return { endpoint, undo: back };
  } catch (error) {
    await remove();
    throw error;
  }
}

// The user's own, or one that is made now.
async function gatewayNetwork(context: Context): Promise<Network> {
  const [network] = context.records.networks.named(GATEWAY_NETWORK);
  if (!network) return createNetwork(context, ASK).catch((error: unknown) => anotherMade(context, error));
  if (network.state === 'active') return realize(context, network);
  // Somebody makes it, or removes it, and waits for nobody who waits here.
  await context.queues.run({ shared: [`network/${network.id}`] }, async () => {});
  return gatewayNetwork(context);
}

function anotherMade(context: Context, error: unknown): Promise<Network> {
  if (FairleadError.is(error) && error.code === 'name-taken') return gatewayNetwork(context);
  throw error;
}

/** Tells of the endpoints that came and went beside the one that the user moved. */
export function tellAutomatic(context: Context, joined: readonly Endpoint[], left: readonly Endpoint[], moved: Endpoint): void {
  for (const endpoint of joined) {
    if (endpoint.id === moved.id) continue;
    announce(context, 'endpoint', endpoint, 'created');
    announce(context, 'endpoint', endpoint, 'joined');
  }
  for (const endpoint of left) {
    if (endpoint.id === moved.id) continue;
    announce(context, 'endpoint', endpoint, 'left');
    announce(context, 'endpoint', endpoint, 'removed');
  }
}
