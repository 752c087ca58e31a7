import { asFailure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import type { Difference } from '../ledger/drift.js';
import type { Claims } from '../ledger/types.js';
import type { HostNow, ParentClaim } from '../model/driver.js';
import type { Network } from '../model/records.js';
import type { Survey } from '../resource/survey.js';
import type { Context } from './context.js';
import { declare } from './declare.js';
import { driverOf, endpointClaim, networkClaim } from './describe.js';
import { withNetwork } from './operations/with-network.js';
import { bridgeFilter, docker } from './realize.js';
import { slotClaim } from './slots/slot-claim.js';

/** Lets living networks follow a host that has changed since they were realized: br_netfilter was turned on, say, of which the kernel sends no message. */
export async function refresh(context: Context): Promise<void> {
  const now = await withLinks(context, await hostNow(context));
  for (const { id, name } of outdated(context, now)) {
    try {
      await withNetwork(context, id, (network) => follow(context, network, now));
    } catch (error) {
      context.log.error('a network could not follow the host', { network: name, error: asFailure(error).message });
    }
  }
}

/** What a host that has changed asks of networks and they do not claim yet, as differences between records and kernel. */
export async function outstanding(context: Context, host: Survey): Promise<readonly Difference[]> {
  const { ledger } = context;
  const now = await withLinks(context, await hostNow(context, host), host);
  return outdated(context, now).flatMap((network) => {
    const after = claimsOn(context, { ...network, facts: refreshed(context, network, now) });
    return [...after].flatMap((claim) => ledger.preview(new Map([claim])).map((operation) => ({ operation, owners: [claim[0]] })));
  });
}

/** The same at a start, before anything is claimed: what was stored follows. */
export async function refreshFacts(context: Context, known: HostNow): Promise<void> {
  const now = await withLinks(context, known);
  for (const network of outdated(context, now)) await context.records.realize(network.id, refreshed(context, network, now));
}

/** All that a network claims and its endpoints do, as it is or would be. */
export function claimsOn(context: Context, network: Network): Claims {
  const endpoints = context.records.endpointsOf(network.id).map((each) => endpointClaim(context, each, undefined, network));
  const slots = context.records.slots.of(network.id).map((each) => slotClaim(context, each));
  return new Map([networkClaim(context, network), ...endpoints, ...slots]);
}

/** How the host is now. */
export const hostNow = async ({ kernel }: Pick<Context, 'kernel'>, known?: Survey): Promise<HostNow> => {
  const [filter, ways] = await Promise.all([bridgeFilter(kernel), docker(kernel, known)]);
  return { bridgeFilter: filter, docker: ways };
};

// Asked for where a network has such a link alone: there may be thousands.
async function withLinks({ kernel, records }: Context, now: HostNow, known?: Survey): Promise<HostNow> {
  const parents = records.networks.list().flatMap(({ facts }) => {
    const { parent, parentUse } = (facts ?? {}) as Partial<ParentClaim>;
    return parent !== undefined && parentUse?.as === 'port' ? [parent] : [];
  });
  return parents.length === 0 ? now : { ...now, links: (known ?? (await kernel.surroundings(parents))).links };
}

const outdated = (context: Context, now: HostNow): readonly Network[] =>
  context.records.networks.list().filter((network) => refreshed(context, network, now) !== network.facts);

function refreshed(context: Context, { driver, facts }: Network, now: HostNow): Facts | null {
  return facts === null ? null : (driverOf(context, driver).refresh?.(facts, now) ?? facts);
}

async function follow(context: Context, before: Network, now: HostNow): Promise<void> {
  const { records, log } = context;
  const facts = refreshed(context, before, now);
  if (facts === before.facts) return;
  const after = await records.realize(before.id, facts);
  try {
    await declare(context, () => claimsOn(context, after));
  } catch (error) {
    await records.realize(before.id, before.facts);
    throw error;
  }
  log.info('a network follows the host', { network: before.name });
}
