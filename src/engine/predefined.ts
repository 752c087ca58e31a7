import { FairleadError, failure } from '../base/error.js';
import type { PoolAsked } from '../model/driver.js';
import type { NetworkAsk } from '../model/asks.js';
import type { Network, Pool } from '../model/records.js';
import { ipamOf, takePools } from './addresses.js';
import type { Context } from './context.js';
import { sceneOf } from './describe.js';
import { draft } from './operations/create-network.js';
import { askDefaultBridge, BRIDGE_NAME } from './parse/default-bridge.js';
import { type NetworkRequest, parseNetwork } from './parse/network.js';

const OTHERS = [
  { name: 'host', driver: 'host' },
  { name: 'none', driver: 'null' },
] as const;

/**
 * Defines the networks that exist from the first start. Nothing of them is in the kernel until something joins. `bridge` follows the
 * configuration, at a start at which nothing is on it: what is configured otherwise while something is waits for the next. Throws
 * `bridge-config-invalid`.
 */
export async function definePredefined(context: Context): Promise<void> {
  await configured(async () => {
    const { bridge: device } = context.defaultBridge;
    const survey = device === undefined ? { links: [] } : await context.kernel.surroundings();
    await follow(context, askDefaultBridge(context.defaultBridge, survey));
  });
  for (const ask of OTHERS) await follow(context, ask);
}

// Whoever wrote the configuration knows neither flags nor labels.
async function configured(define: () => Promise<void>): Promise<void> {
  try {
    await define();
  } catch (error) {
    if (!FairleadError.is(error) || error.status >= 500) throw error;
    throw failure('bridge-config-invalid', { reason: error.message, mend: error.mend }, { cause: error });
  }
}

async function follow(context: Context, ask: NetworkAsk): Promise<void> {
  const { records, log } = context;
  const [existing] = records.networks.named(ask.name);
  const request = parseNetwork(context, ask);
  if (!existing) await define(context, request);
  else if (isAs(existing, request)) return;
  else if (records.endpointsOf(existing.id).length > 0) log.warn('the network stays as it is while something is on it', { network: ask.name });
  else await define(context, request, existing);
}

async function define(context: Context, request: NetworkRequest, existing?: Network): Promise<void> {
  const drafted: Network = { ...draft(context, request, true), ...(existing && { id: existing.id, created: existing.created }) };
  request.driver.check?.(sceneOf(context, drafted), []);
  const held = existing?.pools ?? [];
  for (const pool of held) await ipamOf(context, drafted).givePool(pool);
  // The subnet of a bridge of somebody else's stays with that.
  const stays = existing?.options[BRIDGE_NAME] === request.options[BRIDGE_NAME] ? held : [];
  const pools = await takePools(context, { ...request, pools: request.pools.map((pool) => ({ ...sameAs(stays, pool), ...pool })) });
  await context.records.define({ ...drafted, state: 'active', pools });
}

// A subnet that nobody names stays what it is.
function sameAs(held: readonly Pool[], { family, subnet }: PoolAsked): Partial<Pool> {
  const pool = held.find((each) => each.family === family);
  return subnet === undefined && pool ? { subnet: pool.subnet, ...(pool.gateway !== undefined && { gateway: pool.gateway }) } : {};
}

// A subnet that nobody named may be any.
function isAs(network: Network, { ipv4, ipv6, options, pools }: NetworkRequest): boolean {
  const text = (strings: Network['options']) => JSON.stringify(Object.entries(strings).toSorted());
  return (
    network.ipv4 === ipv4 &&
    network.ipv6 === ipv6 &&
    text(network.options) === text(options) &&
    pools.every(({ family, subnet, range, gateway, aux }) => {
      const pool = network.pools.find((each) => each.family === family);
      const router = `DefaultGatewayIPv${family}`;
      const same = pool && pool.range === range && pool.aux[router] === aux[router];
      return same && (subnet ?? pool.subnet) === pool.subnet && (gateway ?? pool.gateway) === pool.gateway;
    })
  );
}
