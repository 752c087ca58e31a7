import { failure, FairleadError } from '../../base/error.js';
import { interfaceAddress } from '../../ip/interface-address.js';
import { familyOf, ipFromNumber } from '../../ip/ip.js';
import { contains, firstOf, prefixFamily } from '../../ip/prefix.js';
import type { Family, Ip, Mac, Prefix } from '../../ip/types.js';
import { isOfDocker } from '../../model/of-docker.js';
import type { Endpoint, Lease, Network, Pool, Strings } from '../../model/records.js';
import type { GivenAddress, GivenPool, PoolRef, ReleaseAddress, RequestAddress, RequestPool } from '../../plugin/wire/ipam.js';
import { type Docker, ENDPOINT, isReserved, KEPT, ownHost, RESERVED } from './docker.js';
import { freeAddress } from './free-address.js';
import { NETWORK } from './options.js';
import { type PoolId, printPoolId, readPoolId } from './pool-id.js';

/** The address spaces that Docker is told of; all subnets are Fairlead's. */
export const SPACES = { local: 'fairlead', global: 'fairlead' } as const;

/** `IpamDriver.RequestPool`: the subnet of the network that is named, where that is here, or the one that is asked for. Docker takes it before it makes the network. */
export async function requestPool({ fairlead, promised }: Docker, { pool, range, options, v6 }: RequestPool): Promise<GivenPool> {
  const name = options[NETWORK] ?? '';
  const other = Object.keys(options).find((option) => option !== NETWORK);
  if (other !== undefined) throw failure('ipam-option-unknown', { driver: 'fairlead', option: other, mend: `there is one: --ipam-opt ${NETWORK}=NAME` });
  const there = (await fairlead.networks.list()).find((each) => each.name === name);
  const family: Family = v6 ? 6 : 4;
  const held = there?.pools.find((each) => each.family === family && (pool === undefined || each.subnet === pool));
  const subnet = held?.subnet ?? pool;
  if (subnet === undefined) {
    const reason = name === '' ? 'not given' : `not given, and network "${name}" is not here with one of IPv${family}`;
    throw failure('value-invalid', {
      field: 'subnet',
      value: '',
      reason,
      mend: `--subnet 10.9.0.0/24, or --ipam-opt ${NETWORK}=NAME of a network that there is`,
    });
  }
  if (range !== undefined && !contains(subnet, range)) throw failure('pool-outside', { what: 'ip-range', value: range, subnet });
  if (pool === undefined) promise(promised, printPoolId({ name, subnet }), subnet);
  return {
    id: printPoolId({ name, subnet, ...(range && { range }) }),
    pool: subnet,
    gateway: withLength(held?.gateway ?? firstAddress(subnet), subnet),
    data: {},
  };
}

// Where a route of the host overlaps a subnet that it did not name, Docker asks for another, and would without end.
function promise(promised: Set<string>, id: string, subnet: Prefix): void {
  const reason = 'what a route of this host overlaps, or asked for by another command just now';
  if (promised.has(id)) throw failure('value-invalid', { field: 'subnet', value: subnet, reason, mend: `if it is meant: --subnet ${subnet}` });
  promised.add(id);
}

/** `IpamDriver.ReleasePool`: it went with the network, which was deleted before. What Docker kept of it goes too, where the network stays. */
export async function releasePool({ fairlead, promised }: Docker, { pool: id }: PoolRef): Promise<void> {
  const { name, subnet } = readPoolId(id);
  promised.delete(printPoolId({ name, subnet }));
  const here = await ownHost(fairlead);
  const kept = (await fairlead.endpoints.list()).filter(({ labels, host = here }) => labels[KEPT] === id && host === here);
  for (const each of kept) await fairlead.endpoints.remove(each.id);
}

/** `IpamDriver.RequestAddress`: takes one by an endpoint that waits for Docker to say whose it is. What is asked for before the network is there is judged with that. */
export async function requestAddress(docker: Docker, { pool: id, address, gateway, mac }: RequestAddress): Promise<GivenAddress> {
  const of = readPoolId(id);
  const { subnet } = of;
  const network = await networkOf(docker, of);
  const pool = network?.pools.find((each) => each.subnet === subnet);
  const own = gateway ? (address ?? pool?.gateway ?? firstAddress(subnet)) : address;
  const kept = own !== undefined && (!pool || own === pool.gateway || Object.values(pool.aux).includes(own));
  if (kept || !network || !pool) return { address: withLength(own ?? firstAddress(subnet), subnet), data: {} };
  // Docker says a MAC address for each of its endpoints: without one it is an address for the network itself, which is kept as long as that.
  const labels = { [ENDPOINT]: '', [RESERVED]: 'true', ...(mac === undefined && { [KEPT]: id }) };
  const ask = { network, family: prefixFamily(subnet), mac, labels };
  const { address: given } = own === undefined && of.range ? await reserveIn(docker, ask, pool, of.range) : await reserve(docker, ask, own);
  return { address: given, data: {} };
}

/** `IpamDriver.ReleaseAddress`: what Docker has no endpoint for any more. */
export async function releaseAddress(docker: Docker, { pool, address }: ReleaseAddress): Promise<void> {
  const network = await networkOf(docker, readPoolId(pool));
  const all = network ? await docker.fairlead.endpoints.list() : [];
  const reserved = all.find((each) => each.network === network?.id && isReserved(each) && each.leases.some(({ ip }) => ip === address));
  if (reserved) await docker.fairlead.endpoints.remove(reserved.id);
}

interface Reservation {
  readonly network: Network;
  readonly family: Family;
  readonly mac: Mac | undefined;
  readonly labels: Strings;
}

// An address that another took since it was looked for is passed over.
async function reserveIn(docker: Docker, ask: Reservation, pool: Pool, range: Prefix): Promise<Lease> {
  const all = (await docker.fairlead.endpoints.list()).filter(({ network }) => network === ask.network.id);
  const known = ask.mac === undefined ? undefined : all.find((each) => isReserved(each) && each.mac === ask.mac);
  const held = known && leaseOf(known, ask.family);
  if (held && contains(range, held.ip)) return held;
  const taken = all.flatMap(({ leases }) => leases.map(({ ip }) => ip));
  for (;;) {
    const ip = freeAddress(pool, range, taken);
    try {
      return await reserve(docker, ask, ip);
    } catch (error) {
      if (!FairleadError.is(error) || error.code !== 'address-taken') throw error;
      taken.push(ip);
    }
  }
}

// Of both families one endpoint, by the MAC address that Docker chose for it.
async function reserve({ fairlead }: Docker, { network, family, mac, labels }: Reservation, wanted: Ip | undefined): Promise<Lease> {
  const known = (await fairlead.endpoints.list()).find((each) => each.network === network.id && isReserved(each) && mac !== undefined && each.mac === mac);
  const taken = known && leaseOf(known, family);
  if (taken && (wanted === undefined || taken.ip === wanted)) return taken;
  if (known) await fairlead.endpoints.remove(known.id);
  const others = known?.leases.filter((lease) => lease.family !== family).map(({ ip }) => ip) ?? [];
  const ips = [...others, ...(wanted === undefined ? [] : [wanted])];
  const make = (all: readonly Ip[]) =>
    fairlead.endpoints.create({
      network: network.id,
      ip: all.filter((ip) => familyOf(ip) === 4),
      ip6: all.filter((ip) => familyOf(ip) === 6),
      ...(mac !== undefined && { mac }),
      labels,
    });
  const made = await make(ips).catch(async (error: unknown) => {
    // Docker has it in mind that this is its own.
    if (known) await make(known.leases.map(({ ip }) => ip));
    throw error;
  });
  const lease = leaseOf(made, family);
  if (!lease) throw failure('address-family', { network: network.name, family: `IPv${family}`, address: wanted ?? '', flag: '--ipv6' });
  return lease;
}

const leaseOf = ({ leases }: Endpoint, family: Family): Lease | undefined => leases.find((lease) => lease.family === family);

async function networkOf({ fairlead }: Docker, { name, subnet }: PoolId): Promise<Network | undefined> {
  return (await fairlead.networks.list()).find(
    (each) => (name === '' ? isOfDocker(each) && each.scope === 'local' : each.name === name) && each.pools.some((pool) => pool.subnet === subnet),
  );
}

const firstAddress = (subnet: Prefix): Ip => ipFromNumber(firstOf(subnet) + 1n, prefixFamily(subnet));
const withLength = (ip: Ip, subnet: Prefix) => interfaceAddress(ip, subnet);
