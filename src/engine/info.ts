import { asFailure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import type { OptionTable } from '../model/options.js';
import { LINK_KINDS, LINK_MODULES } from '../resource/link-module.js';
import type { LinkKind } from '../resource/resource.js';
import type { Context } from './context.js';

/** About this Fairlead: version, places, counts, what its resolver does, drivers with their options. */
export async function info({ records, names, drift, drivers, ipams, about, kernel, cluster }: Context): Promise<Facts> {
  const { stuck: _, ...counts } = drift;
  return {
    ...about,
    networks: records.networks.size,
    sandboxes: records.sandboxes.size,
    endpoints: records.endpoints.size,
    ready: records.slots.size,
    ...(cluster && { host: { ...cluster.here }, store: cluster.manner.storeName, alive: cluster.alive, peers: records.peers.size }),
    names: await answered(names),
    drift: counts,
    links: linkKinds(await kernel.lacks()),
    ipamDrivers: [...ipams.keys()],
    drivers: Object.fromEntries(
      [...drivers].map(([name, { options }]) => [name, { network: helps(options.network), endpoint: helps(options.endpoint), fixed: fixed(options.network) }]),
    ),
  };
}

// Of a resolver that has ended, why: who reports that has to say it.
async function answered(resolver: Context['names']): Promise<Facts | string> {
  try {
    const { sandboxes, queries, local, cached, forwarded, refused, failed } = await resolver.stats();
    return { sandboxes, queries, local, cached, forwarded, refused, failed };
  } catch (error) {
    return asFailure(error).message;
  }
}

const linkKinds = (lacks: readonly LinkKind[]): Facts => ({ has: LINK_KINDS.filter((kind) => !lacks.includes(kind)), lacks: lacks.map(lacking) });

const lacking = (kind: LinkKind): string => `${kind} (${LINK_MODULES[kind].option}, module ${LINK_MODULES[kind].module})`;

const helps = (table: OptionTable): Facts => Object.fromEntries(Object.entries(table).map(([name, { help }]) => [name, help]));

// Those that cannot change while a network lives.
const fixed = (table: OptionTable): readonly string[] => Object.entries(table).flatMap(([name, spec]) => (spec.fixed ? [name] : []));
