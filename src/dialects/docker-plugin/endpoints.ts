import { FairleadError, failure } from '../../base/error.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import type { EndpointAsk, PortAsk } from '../../model/asks.js';
import { IFNAME } from '../../model/endpoint-options.js';
import { parseRoutes, ROUTES } from '../../model/endpoint-routes.js';
import type { Endpoint, Network, Strings } from '../../model/records.js';
import type { CreateEndpoint, CreatedEndpoint, EndpointRef, Join, Joined, ProgramConnectivity } from '../../plugin/wire/endpoint.js';
import type { PortBinding } from '../../plugin/wire/options.js';
import { calledBy, type Docker, ENDPOINT, endpointOf, findEndpoint, isReserved, KEPT, nameFor, networkOf, RESERVED } from './docker.js';
import { removeGone } from './gone.js';
import { waysOut } from './ways-out.js';

/** `NetworkDriver.CreateEndpoint`: answers what Docker left to us. */
export async function createEndpoint(docker: Docker, ask: CreateEndpoint): Promise<CreatedEndpoint> {
  const [network, all] = await Promise.all([networkOf(docker, ask.network), docker.fairlead.endpoints.list()]);
  const { mac, address, address6 } = ask.interface;
  const wanted: EndpointAsk = {
    network: network.id,
    name: nameFor(ask.endpoint),
    ...(address && { ip: splitInterfaceAddress(address).ip }),
    ...(address6 && { ip6: splitInterfaceAddress(address6).ip }),
    ...(mac && { mac }),
    labels: { [ENDPOINT]: ask.endpoint, [calledBy(ask.network)]: '' },
    options: ownOptions(ask.options.other),
  };
  const made = (await claimReserved(docker, all, network, wanted)) ?? (await createFresh(docker, network, wanted));
  docker.known.set(ask.endpoint, made.id);
  const given = (family: 4 | 6) => made.leases.find((lease) => lease.family === family)?.address;
  return { interface: { mac: mac ? undefined : made.mac, address: address ? undefined : given(4), address6: address6 ? undefined : given(6) } };
}

/** `NetworkDriver.DeleteEndpoint`: by now Docker has brought the link back. What is not there any more is well. */
export async function deleteEndpoint(docker: Docker, { endpoint: id }: EndpointRef): Promise<void> {
  const endpoint = await findEndpoint(docker, id);
  docker.known.delete(id);
  docker.heard.delete(id);
  if (endpoint?.labels[RESERVED] !== undefined) await unclaim(docker, endpoint);
  else if (endpoint) await remove(docker, endpoint);
  if (endpoint?.sandbox === undefined) await removeSandbox(docker, id);
}

/** `NetworkDriver.Join`: Docker finds the link in the host's stack. */
export async function join(docker: Docker, { network: networkId, endpoint: id, sandboxKey }: Join): Promise<Joined> {
  const { fairlead } = docker;
  const [network, endpoint] = await Promise.all([networkOf(docker, networkId), endpointOf(docker, id)]);
  docker.heard.add(id);
  if (endpoint.sandbox !== undefined) await takeOut(docker, endpoint);
  const sandbox = await fairlead.sandboxes.create({ name: nameFor(id), handed: sandboxKey, labels: { [ENDPOINT]: id } });
  try {
    const { link, gateway, leases, options } = await fairlead.endpoints.join(endpoint.id, sandbox.id);
    const { routes, ...gateways } = waysOut(network, leases, gateway);
    return {
      link: { source: link?.inside ?? '', prefix: network.options['com.docker.network.container_iface_prefix'] ?? 'eth', name: options[IFNAME] },
      ...gateways,
      routes: [...routes, ...(parseRoutes(options[ROUTES] ?? '') ?? [])],
      disableGatewayService: network.internal || network.pools.length === 0,
    };
  } catch (error) {
    await fairlead.sandboxes.remove(sandbox.id, { force: true });
    throw error;
  }
}

/** `NetworkDriver.ProgramExternalConnectivity`: the ports, at the endpoint that Docker chose as the way out. */
export async function program(docker: Docker, { endpoint: id, options: { ports = [] } }: ProgramConnectivity): Promise<void> {
  const endpoint = await endpointOf(docker, id);
  docker.heard.add(id);
  const work = () => publish(docker, endpoint, ports.map(portOf));
  try {
    await work().catch(async (error: unknown) => {
      if (!isOfPort(error) || !(await removeGone(docker))) throw error;
      await work();
    });
  } catch (error) {
    throw inDockersWords(error);
  }
}

const isOfPort = (error: unknown): error is FairleadError => FairleadError.is(error) && (error.code === 'port-taken' || error.code === 'port-claimed');

// Programs that use Docker look for these words of its own, to choose another port.
function inDockersWords(error: unknown): unknown {
  if (!isOfPort(error)) return error;
  const { address = '', port = '' } = error.values;
  return failure('docker-port-allocated', { address, port, why: error.message }, { cause: error });
}

/** `NetworkDriver.RevokeExternalConnectivity` */
export async function revoke(docker: Docker, { endpoint: id }: EndpointRef): Promise<void> {
  const endpoint = await findEndpoint(docker, id);
  if (endpoint) await publish(docker, endpoint, []);
}

// In place of whatever is published by then.
async function publish({ fairlead }: Docker, { sandbox }: Endpoint, add: readonly PortAsk[]): Promise<void> {
  if (sandbox === undefined) return;
  const { ports } = await fairlead.sandboxes.get(sandbox);
  // One that a network routes has no port of the host.
  const remove = ports.map(({ protocol, ip, port, target }) => ({ protocol, hostIp: ip, ...(port > 0 && { hostPort: port }), port: target }));
  if (add.length + remove.length > 0) await fairlead.sandboxes.update(sandbox, { ports: { add, remove } });
}

/** The endpoint by which Docker took these addresses, now that it says whose they are. One that is to have options is made with them. */
async function claimReserved({ fairlead }: Docker, all: readonly Endpoint[], network: Network, wanted: EndpointAsk): Promise<Endpoint | undefined> {
  const wants = [wanted.ip, wanted.ip6].filter((ip) => ip !== undefined);
  const has = ({ leases }: Endpoint) => wants.every((ip) => leases.some((lease) => lease.ip === ip));
  const found = all.find((each) => each.network === network.id && isReserved(each) && each.labels[KEPT] === undefined && has(each));
  if (!found) return undefined;
  const labels = { ...wanted.labels, [RESERVED]: 'true' };
  if (Object.keys(wanted.options ?? {}).length === 0 && (wanted.mac === undefined || found.mac === wanted.mac))
    return fairlead.endpoints.update(found.id, { labels });
  await fairlead.endpoints.remove(found.id, { settle: true });
  return fairlead.endpoints.create({ ...wanted, labels });
}

/** Takes it out; its addresses are Docker's until it gives them back. */
async function unclaim(docker: Docker, endpoint: Endpoint): Promise<void> {
  if (endpoint.sandbox !== undefined) await takeOut(docker, endpoint);
  await docker.fairlead.endpoints.update(endpoint.id, { aliases: [], labels: { [ENDPOINT]: '' } });
}

/** Removes an endpoint with the sandbox that stands for its container. */
async function remove({ fairlead }: Docker, { id, sandbox }: Endpoint): Promise<void> {
  await fairlead.endpoints.remove(id, { force: true });
  if (sandbox !== undefined) await fairlead.sandboxes.remove(sandbox, { force: true });
}

// Somebody here may have taken its endpoint out: it has the container's ports still.
async function removeSandbox({ fairlead }: Docker, id: string): Promise<void> {
  const left = (await fairlead.sandboxes.list()).find(({ labels }) => labels[ENDPOINT] === id);
  if (left) await fairlead.sandboxes.remove(left.id, { force: true });
}

async function takeOut({ fairlead }: Docker, { id, sandbox = '' }: Endpoint): Promise<void> {
  await fairlead.endpoints.leave(id);
  await fairlead.sandboxes.remove(sandbox, { force: true });
}

// Docker gives what it knows to be free: whoever has it is an endpoint of a Docker that was killed before it had written that down.
async function createFresh(docker: Docker, network: Network, wanted: EndpointAsk): Promise<Endpoint> {
  const { fairlead } = docker;
  try {
    return await fairlead.endpoints.create(wanted);
  } catch (error) {
    if (!FairleadError.is(error) || (error.code !== 'address-taken' && error.code !== 'mac-taken')) throw error;
    const stale = (await fairlead.endpoints.list()).find((each) => each.network === network.id && isStale(each, wanted));
    if (stale) {
      docker.log.warn('an endpoint that Docker has forgotten is removed', { endpoint: stale.name, network: network.name });
      await remove(docker, stale);
    } else if (!(await removeGone(docker))) throw error;
    return fairlead.endpoints.create(wanted);
  }
}

// Of this very Docker: others give addresses of the same network by themselves. A MAC address is a user's choice, and may be that of a container that runs.
const isStale = ({ labels, leases, mac, sandbox }: Endpoint, wanted: EndpointAsk): boolean =>
  Object.keys(wanted.labels ?? {}).every((name) => labels[name] !== undefined) &&
  ((mac !== undefined && mac === wanted.mac && sandbox === undefined) || leases.some(({ ip }) => ip === wanted.ip || ip === wanted.ip6));

const ownOptions = (other: { readonly [name: string]: unknown }): Strings =>
  Object.fromEntries(Object.entries(other).flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])));

const portOf = ({ protocol, port, hostIp, hostPort, hostPortEnd }: PortBinding): PortAsk => ({
  protocol,
  port,
  ...(hostIp && { hostIp }),
  ...(hostPort > 0 && { hostPort: hostPortEnd > hostPort ? { first: hostPort, last: hostPortEnd } : hostPort }),
});
