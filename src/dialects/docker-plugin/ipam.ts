import { failure } from '../../base/error.js';
import { interfaceAddress } from '../../ip/interface-address.js';
import { familyOf, ipFromNumber } from '../../ip/ip.js';
import { firstOf, parsePrefix, prefixFamily } from '../../ip/prefix.js';
import type { Family, Ip, Prefix } from '../../ip/types.js';
import type { Endpoint, Lease, Network } from '../../model/records.js';
import type { GivenAddress, GivenPool, PoolRef, ReleaseAddress, RequestAddress, RequestPool } from '../../plugin/wire/ipam.js';
import { type Docker, ENDPOINT, isCalled, isReserved, RESERVED } from './docker.js';
import { NETWORK } from './options.js';

/** The address spaces that Docker is told of; all subnets are Fairlead's. */
export const SPACES = { local: 'fairlead', global: 'fairlead' } as const;

/** `IpamDriver.RequestPool`: the subnet of the network that is named, where that is here, or the one that is asked for. Docker takes it before it makes the network. */
export async function requestPool({ fairlead, promised }: Docker, { pool, options, v6 }: RequestPool): Promise<GivenPool> {
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
  const id = `${name}/${subnet}`;
  if (pool === undefined) promise(promised, id, subnet);
  return { id, pool: subnet, gateway: withLength(held?.gateway ?? firstAddress(subnet), subnet), data: {} };
}

// Where a route of the host overlaps a subnet that it did not name, Docker asks for another, and would without end.
function promise(promised: Set<string>, id: string, subnet: Prefix): void {
  const reason = 'what a route of this host overlaps, or asked for by another command just now';
  if (promised.has(id)) throw failure('value-invalid', { field: 'subnet', value: subnet, reason, mend: `if it is meant: --subnet ${subnet}` });
  promised.add(id);
}

/** `IpamDriver.ReleasePool`: it went with the network, which was deleted before. */
export async function releasePool({ promised }: Docker, { pool }: PoolRef): Promise<void> {
  promised.delete(pool);
}

/** `IpamDriver.RequestAddress`: takes one by an endpoint that waits for Docker to say whose it is. What is asked for before the network is there is judged with that. */
export async function requestAddress(docker: Docker, { pool: id, address, gateway, mac }: RequestAddress): Promise<GivenAddress> {
  const { subnet, network } = await poolOf(docker, id);
  const pool = network?.pools.find((each) => each.subnet === subnet);
  const own = gateway ? (address ?? pool?.gateway ?? firstAddress(subnet)) : address;
  const kept = own !== undefined && (!pool || own === pool.gateway || Object.values(pool.aux).includes(own));
  if (kept || !network) return { address: withLength(own ?? firstAddress(subnet), subnet), data: {} };
  const { address: given } = await reserve(docker, network, prefixFamily(subnet), mac, own);
  return { address: given, data: {} };
}

/** `IpamDriver.ReleaseAddress`: what Docker has no endpoint for any more. */
export async function releaseAddress(docker: Docker, { pool, address }: ReleaseAddress): Promise<void> {
  const { network } = await poolOf(docker, pool);
  const all = network ? await docker.fairlead.endpoints.list() : [];
  const reserved = all.find((each) => each.network === network?.id && isReserved(each) && each.leases.some(({ ip }) => ip === address));
  if (reserved) await docker.fairlead.endpoints.remove(reserved.id);
}

// Of both families one endpoint, by the MAC address that Docker chose for it.
async function reserve({ fairlead }: Docker, network: Network, family: Family, mac: string | undefined, wanted: Ip | undefined): Promise<Lease> {
  const known = (await fairlead.endpoints.list()).find((each) => each.network === network.id && isReserved(each) && mac !== undefined && each.mac === mac);
  const taken = known && leaseOf(known, family);
  if (taken && (wanted === undefined || taken.ip === wanted)) return taken;
  if (known) await fairlead.endpoints.remove(known.id);
  const others = known?.leases.filter((lease) => lease.family !== family).map(({ ip }) => ip) ?? [];
  const ips = [...others, ...(wanted === undefined ? [] : [wanted])];
  const made = await fairlead.endpoints.create({
    network: network.id,
    ip: ips.filter((ip) => familyOf(ip) === 4),
    ip6: ips.filter((ip) => familyOf(ip) === 6),
    ...(mac !== undefined && { mac }),
    labels: { [ENDPOINT]: '', [RESERVED]: 'true' },
  });
  const lease = leaseOf(made, family);
  if (!lease) throw failure('address-family', { network: network.name, family: `IPv${family}`, address: wanted ?? '', flag: '--ipv6' });
  return lease;
}

const leaseOf = ({ leases }: Endpoint, family: Family): Lease | undefined => leases.find((lease) => lease.family === family);

async function poolOf({ fairlead }: Docker, id: string): Promise<{ readonly subnet: Prefix; readonly network: Network | undefined }> {
  const slash = id.indexOf('/');
  const [name, subnet] = [id.slice(0, slash), parsePrefix(id.slice(slash + 1))];
  if (subnet === undefined) throw failure('value-invalid', { field: 'PoolID', value: id, reason: 'none that was given here', mend: 'make the network anew' });
  const all = await fairlead.networks.list();
  const network = all.find(
    (each) => (name === '' ? isCalled(each) && each.scope === 'local' : each.name === name) && each.pools.some((pool) => pool.subnet === subnet),
  );
  return { subnet, network };
}

const firstAddress = (subnet: Prefix): Ip => ipFromNumber(firstOf(subnet) + 1n, prefixFamily(subnet));
const withLength = (ip: Ip, subnet: Prefix) => interfaceAddress(ip, subnet);
