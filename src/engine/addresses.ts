import { FairleadError, failure } from '../base/error.js';
import { familyOf } from '../ip/ip.js';
import { contains } from '../ip/prefix.js';
import type { Family, Ip, Prefix } from '../ip/types.js';
import type { OwnAddresses } from '../model/driver.js';
import type { Holder, Ipam } from '../model/ipam.js';
import type { Endpoint, Lease, Network, Pool } from '../model/records.js';
import type { Survey } from '../resource/survey.js';
import type { Cluster } from './cluster/cluster.js';
import type { Context } from './context.js';
import type { NetworkRequest } from './parse/network.js';
import { namedIn } from './named-in.js';
import { parentClaims } from './realize.js';

/** The IPAM of a network. Throws `ipam-unknown`, `store-absent`. */
export function ipamOf({ ipams, cluster }: Context, network: Network): Ipam {
  if (network.scope === 'global') return requireCluster(cluster, network.driver).addressesOf(network);
  const ipam = ipams.get(network.ipam.driver);
  if (!ipam) throw failure('ipam-unknown', { driver: network.ipam.driver, drivers: [...ipams.keys()].join(', ') });
  return ipam;
}

/** Takes the subnets of a network that is asked for, all or none. */
export async function takePools(context: Context, { id, ipam, ipamOptions, pools, driver, options }: NetworkRequest): Promise<readonly Pool[]> {
  const survey = await context.kernel.surroundings(namedIn(options));
  // What bounds addresses of a segment is no subnet of the bridge's own.
  const known = (pool: NetworkRequest['pools'][number]) =>
    ipam.outside?.(pool.family, ipamOptions) ? pool : driver.meet?.(driver.parseNetwork(options), pool, { survey, parents: parentClaims(context, id) });
  const requests = driver.meet ? pools.map((pool) => known(pool) ?? pool) : pools;
  const avoid = inUse(context, survey);
  const taken: Pool[] = [];
  try {
    for (const request of requests) taken.push(await patient(context, () => ipam.takePool({ ...request, avoid })));
    return taken;
  } catch (error) {
    for (const pool of taken) await ipam.givePool(pool);
    throw error;
  }
}

/** Writes down the subnets of a network that somebody keeps books of. */
export async function owePools(context: Context, network: Network): Promise<void> {
  const { keepsBooks, name } = ipamOf(context, network);
  if (!keepsBooks) return;
  for (const pool of network.pools) await context.debts.owe({ plugin: name, what: 'pool', network: network.id, pool });
}

/** Gives the subnets of a network back. */
export async function givePools(context: Context, network: Network): Promise<void> {
  const ipam = ipamOf(context, network);
  if (ipam.keepsBooks) return context.debts.settle((debt) => debt.what === 'pool' && debt.network === network.id);
  for (const pool of network.pools) await ipam.givePool(pool);
}

/** What this host shares with others. Throws `store-absent`. */
export function requireCluster(cluster: Context['cluster'], driver: string): Cluster {
  if (!cluster) throw failure('store-absent', { driver });
  return cluster;
}

/** Ranges that a picked subnet must not overlap: the host's routes, its name servers, and the subnets of its networks. */
export async function rangesInUse(context: Context): Promise<readonly Prefix[]> {
  const subnets = context.records.networks.list().flatMap(({ pools }) => pools.flatMap(({ subnet, outside }) => (outside ? [] : [subnet])));
  return [...inUse(context, await context.kernel.surroundings()), ...subnets];
}

const inUse = ({ avoid }: Context, { routes }: Survey): readonly Prefix[] => [...avoid, ...routes.flatMap(({ to }) => (to === 'default' ? [] : [to]))];

/** What an endpoint wants of its network's subnets. */
export interface AddressWish {
  /** All of both families; of one that has none among them the next free address is given. */
  readonly ips: readonly Ip[];
  readonly by: Holder;
}

/** Takes the addresses that are wished for, or else one of each family that the network has, all or none. Throws `address-outside`, `value-invalid`, `address-taken`, `addresses-exhausted`. */
export async function takeAddresses(context: Context, network: Network, wish: AddressWish): Promise<readonly Lease[]> {
  const ipam = ipamOf(context, network);
  const taken: Lease[] = [];
  try {
    for (const family of [4, 6] as const) {
      const pools = network.pools.filter((pool) => pool.family === family);
      if (pools.length === 0) continue;
      const wished = wish.ips.filter((ip) => familyOf(ip) === family);
      for (const ip of wished.length > 0 ? wished : [undefined]) {
        const lease = await takeAddress(context, ipam, network, pools, ip, wish.by);
        taken.push(lease);
        if (ipam.keepsBooks)
          await context.debts.owe({ plugin: ipam.name, what: 'address', network: network.id, endpoint: wish.by.endpoint, lease, by: wish.by });
      }
    }
    return taken;
  } catch (error) {
    await giveAddresses(context, network, taken, wish.by);
    throw error;
  }
}

/** Gives them back. */
export async function giveAddresses(context: Context, network: Network, leases: readonly Lease[], by: Holder): Promise<void> {
  const ipam = ipamOf(context, network);
  if (ipam.keepsBooks)
    return context.debts.settle((debt) => debt.what === 'address' && debt.endpoint === by.endpoint && leases.some(({ ip }) => ip === debt.lease.ip));
  for (const lease of leases) await ipam.giveAddress(lease, by);
  await ipam.forget?.(by.endpoint);
}

/** Whose addresses those of an endpoint are. */
export const holderOf = ({ id, name, network, mac }: Pick<Endpoint, 'id' | 'name' | 'network' | 'mac'>): Holder => ({
  endpoint: id,
  name,
  network,
  ...(mac !== undefined && { mac }),
});

async function takeAddress(context: Context, ipam: Ipam, network: Network, pools: readonly Pool[], ip: Ip | undefined, by: Holder): Promise<Lease> {
  const fitting = ip === undefined ? pools : pools.filter(({ subnet }) => contains(subnet, ip));
  const { own: avoid } = (network.facts ?? {}) as Partial<OwnAddresses>;
  const wish = { holder: network.name, by, options: network.ipam.options, ...(ip && { ip }), ...(by.mac && { mac: by.mac }), ...(avoid && { avoid }) };
  let last: unknown = ip && outside(network, ip, familyOf(ip));
  for (const pool of fitting) {
    try {
      const lease = await patient(context, () => ipam.takeAddress(pool, wish));
      return ip === undefined ? lease : { ...lease, asked: true };
    } catch (error) {
      last = ip === undefined ? error : withHolder(context, network, ip, error);
    }
  }
  throw last;
}

// IPAM knows that it gave an address, not to whom.
function withHolder({ records }: Context, { id }: Network, address: Ip, error: unknown): unknown {
  if (!FairleadError.is(error) || error.code !== 'address-taken' || error.values['by']) return error;
  const holder = records.endpointsOf(id).find(({ leases }) => leases.some(({ ip }) => ip === address));
  return holder ? failure('address-taken', { address, by: ` by endpoint ${holder.name}` }, { cause: error }) : error;
}

const outside = (network: Network, address: Ip, family: Family) =>
  failure('address-outside', {
    address,
    network: network.name,
    subnets: network.pools.flatMap((pool) => (pool.family === family ? [pool.subnet] : [])).join(', '),
  });

const SOON = new Set(['pool-overlap', 'pools-exhausted', 'address-taken', 'addresses-exhausted']);

// What is refused may only be waiting for a link that is on its way out: then it is asked for once more when that has gone.
async function patient<T>({ draining }: Context, take: () => Promise<T> | T): Promise<T> {
  try {
    return await take();
  } catch (error) {
    if (!draining.busy || !FairleadError.is(error) || !SOON.has(error.code)) throw error;
    await draining.silent();
    return await take();
  }
}
