import type { Network } from '../model/records.js';
import { takePools } from './addresses.js';
import type { Context } from './context.js';
import { draft } from './operations/create-network.js';
import { parseNetwork } from './parse/network.js';

/** The networks that exist from the first start, as definitions. Nothing of them is in the kernel until something joins. */
const PREDEFINED = [
  { name: 'bridge', driver: 'bridge' },
  { name: 'host', driver: 'host' },
  { name: 'none', driver: 'null' },
] as const;

/** Defines those that are not defined yet. */
export async function definePredefined(context: Context): Promise<void> {
  for (const ask of PREDEFINED) {
    if (context.records.networks.named(ask.name).length > 0) continue;
    const request = parseNetwork(context, ask);
    const network: Network = { ...draft(context, request, true), state: 'active', pools: await takePools(context, request) };
    await context.records.define(network);
  }
}
