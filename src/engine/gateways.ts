import type { Id } from '../base/id.js';
import type { Family } from '../ip/types.js';
import type { Endpoint, Network } from '../model/records.js';

/** The network that gives a way out where the others have none; Docker's name. */
export const GATEWAY_NETWORK = 'docker_gwbridge';

/** An endpoint, its network, and the families for which it could be the way out. */
export interface Candidate {
  readonly endpoint: Endpoint;
  readonly network: Network;
  readonly waysOut: readonly Family[];
  /** Those for which it could be besides, where no other could. */
  readonly mayLeadOut?: readonly Family[];
  /** Others have made it the way out, whatever is chosen here. */
  readonly made?: boolean;
}

/**
 * Which endpoint is the sandbox's way out, for each family by itself; the two may differ. First wins: one that others made so,
 * higher priority, any other before docker_gwbridge, a network that is not internal, more families, the network's name.
 * Source: libnetwork's endpoint order since Engine 28.
 */
export function gateways(candidates: readonly Candidate[]): ReadonlyMap<Id, readonly Family[]> {
  const sorted = inOrder(candidates);
  const chosen = new Map<Id, Family[]>(candidates.map(({ endpoint }) => [endpoint.id, []]));
  for (const family of [4, 6] as const) {
    const first = sorted.find(({ waysOut }) => waysOut.includes(family)) ?? sorted.find(({ mayLeadOut }) => mayLeadOut?.includes(family));
    if (first) chosen.get(first.endpoint.id)?.push(family);
  }
  return chosen;
}

/** First the one that is the way out before all others, then that which follows it. Names are looked up in this order. */
export const inOrder = (candidates: readonly Candidate[]): readonly Candidate[] => [...candidates].sort(before);

function before(a: Candidate, b: Candidate): number {
  return (
    Number(b.made ?? false) - Number(a.made ?? false) ||
    b.endpoint.gatewayPriority - a.endpoint.gatewayPriority ||
    Number(a.network.name === GATEWAY_NETWORK) - Number(b.network.name === GATEWAY_NETWORK) ||
    Number(a.network.internal) - Number(b.network.internal) ||
    b.waysOut.length - a.waysOut.length ||
    (a.network.name < b.network.name ? -1 : a.network.name > b.network.name ? 1 : 0)
  );
}
