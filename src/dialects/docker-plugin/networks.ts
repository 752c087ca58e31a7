import { failure } from '../../base/error.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { prefixLength } from '../../ip/prefix.js';
import type { NetworkAsk } from '../../model/asks.js';
import type { Endpoint, Network, PoolAsk } from '../../model/records.js';
import type { CreateNetwork, NetworkRef, Subnet } from '../../plugin/wire/network.js';
import { removeForgotten } from './forgotten.js';
import { calledBy, type Docker, findNetwork, isReserved, KEPT, MADE, nameFor, ownHost } from './docker.js';
import { readOptions } from './options.js';

// Containers of other hosts are known to no resolver of Docker's: it is to ask there.
const ANSWERS = { 'com.fairlead.names': 'true' };

/** `NetworkDriver.CreateNetwork`: takes up the network of the name that is asked for, or makes one. */
export async function createNetwork(docker: Docker, ask: CreateNetwork): Promise<void> {
  const { fairlead } = docker;
  const { driver, name = nameFor(ask.network), options } = readOptions(ask.options.generic);
  for (const { pool } of [...ask.ipv4, ...ask.ipv6]) docker.promised.delete(`${name}/${pool}`);
  const all = await fairlead.networks.list();
  const there = all.find((each) => each.name === name);
  if (there) return takeUp(docker, there, ask);
  // Their subnets are free to Docker.
  await removeForgotten(docker, all);
  const wanted: NetworkAsk = {
    name,
    id: ask.network,
    ...(driver !== undefined && { driver }),
    ...families(ask),
    internal: ask.options.internal,
    labels: { [MADE]: 'true', [calledBy(ask.network)]: '' },
    options: { ...(driver === 'overlay' && ANSWERS), ...options },
  };
  try {
    await fairlead.networks.create(wanted);
  } catch (error) {
    // Another host was asked for it at the same time.
    const made = (await fairlead.networks.list()).find((each) => each.name === name && each.scope === 'global');
    if (!made) throw error;
    await takeUp(docker, made, ask);
  }
}

/** `NetworkDriver.DeleteNetwork`: what was made for Docker goes with the last one that uses it. Docker has no endpoint there any more: what is left was a killed one's. */
export async function deleteNetwork(docker: Docker, { network: id }: NetworkRef): Promise<void> {
  const { fairlead } = docker;
  const network = await findNetwork(docker, id);
  if (!network) return;
  const here = await ownHost(fairlead);
  for (const each of await fairlead.endpoints.list()) {
    if (each.network !== network.id || !isLeft(each, network, id, here)) continue;
    await fairlead.endpoints.remove(each.id, { force: true });
    if (each.sandbox !== undefined) await fairlead.sandboxes.remove(each.sandbox, { force: true });
  }
  docker.known.delete(id);
  const left = await fairlead.networks.update(network.id, { labels: { [calledBy(id)]: null } });
  await removeForgotten(docker, [left]);
}

// An address that was only taken may be another host's, where there are several.
const isLeft = (endpoint: Endpoint, { scope }: Network, id: string, here: string | undefined): boolean =>
  endpoint.labels[calledBy(id)] !== undefined ||
  (isReserved(endpoint) && (scope === 'local' || (endpoint.labels[KEPT] !== undefined && (endpoint.host ?? here) === here)));

async function takeUp({ fairlead }: Docker, network: Network, { network: id, options: asked, ipv4, ipv6 }: CreateNetwork): Promise<void> {
  const { driver, options } = readOptions(asked.generic);
  const differs = (what: string, has: string, wanted: string) => failure('docker-network-differs', { name: network.name, what, has, wanted });
  if (driver !== undefined && driver !== network.driver) throw differs('driver', network.driver, driver);
  const [has, wanted] = [network.pools.map(({ subnet }) => subnet), [...ipv4, ...ipv6].flatMap((each) => (isNobodys(each) ? [] : (each.pool ?? [])))];
  if ([...has].sort().join() !== [...wanted].sort().join()) throw differs('subnet', has.join(', '), wanted.join(', '));
  // Docker would show a closed network where containers get out, or none where they do not.
  if (asked.internal !== network.internal) throw differs('internal', String(network.internal), String(asked.internal));
  if (wanted.length > 0 && asked.ipv6 !== network.ipv6) throw differs('IPv6', String(network.ipv6), String(asked.ipv6));
  // Docker would give away the address of ours: to it that is one of many.
  for (const { pool, gateway } of [...ipv4, ...ipv6]) {
    const own = network.pools.find(({ subnet }) => subnet === pool)?.gateway;
    const other = gateway && splitInterfaceAddress(gateway).ip;
    if (own !== undefined && other !== undefined && own !== other) throw differs('gateway', own, other);
  }
  const other = Object.entries(options).find(([option, value]) => network.options[option] !== value);
  if (other) throw differs(`option ${other[0]}`, network.options[other[0]] ?? 'none', other[1]);
  await fairlead.networks.update(network.id, { labels: { [calledBy(id)]: '' } });
}

// Docker's IPAM driver `null` says 0.0.0.0/0 of a network on which it gives no addresses.
const isNobodys = ({ pool }: Subnet): boolean => pool !== undefined && prefixLength(pool) === 0;

function families({ ipv4, ipv6, options }: CreateNetwork): Pick<NetworkAsk, 'ipv4' | 'ipv6' | 'ipam'> {
  if ([...ipv4, ...ipv6].some(isNobodys)) return { ipam: { driver: 'null' } };
  return { ipv4: ipv4.length > 0, ipv6: options.ipv6, ipam: { config: [...ipv4, ...ipv6].map(poolOf) } };
}

const poolOf = ({ pool, gateway, aux }: Subnet): PoolAsk => ({
  ...(pool && { subnet: pool }),
  ...(gateway && { gateway: splitInterfaceAddress(gateway).ip }),
  ...(Object.keys(aux).length > 0 && { auxAddresses: Object.fromEntries(Object.entries(aux).map(([name, each]) => [name, splitInterfaceAddress(each).ip])) }),
});
