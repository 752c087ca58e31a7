import { FairleadError, failure } from '../../base/error.js';
import { collect } from '../../base/steps.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import type { AttachAsk, DnsAsk } from '../../model/asks.js';
import { LEADS_OUT, printRoutes, ROUTES } from '../../model/endpoint-routes.js';
import type { Fairlead } from '../../model/fairlead.js';
import { isLinkless } from '../../model/linkless.js';
import type { Endpoint, Network, Sandbox } from '../../model/records.js';
import type { CniResult } from '../../cni/wire/result.js';
import { calledAfter } from './called-after.js';
import { type ContainerWish, readContainerWish } from './container-wish.js';
import { ensureNetwork, unmake } from './ensure-network.js';
import { addressesOf, tellIpam } from './ipam-plugin.js';
import { requireKeeper } from './require-keeper.js';
import { labelsOf, portLabel } from './labels.js';
import { groundOf, isDefault, isLedOut } from './network-ask.js';
import { isOwnNamespace } from './same-namespace.js';
import { resultOf } from './result-of.js';
import { holderOf, publish, sandboxOf } from './sandbox-of.js';
import type { AskedOf, CniService } from './service.js';
import type { Wish } from './wish.js';

/** Connects a container to the network of a configuration; links, addresses, routes and ports are live when it answers. What was begun is undone where it fails. */
export async function add(service: CniService, asked: AskedOf, wish: Wish): Promise<CniResult> {
  const container = readContainerWish(asked.input, asked.about, wish.wanted.mac);
  requireKeeper(service, wish);
  const given = await addressesOf(asked);
  try {
    const work = () => attach(service, asked, { wish, container, given });
    return await service.queues.run({ exclusive: [`container/${asked.about.containerId}`] }, () => onceThere(work));
  } catch (error) {
    // The runtime hears why it failed; that an address is not given back is its plugin's to say at DEL, which follows.
    if (given) await collect([() => tellIpam(asked, 'DEL')]);
    throw error;
  }
}

interface Wishes {
  readonly wish: Wish;
  readonly container: ContainerWish;
  readonly given: CniResult | undefined;
}

async function attach(service: CniService, { about, input }: AskedOf, { wish, container, given }: Wishes): Promise<CniResult> {
  const { fairlead, queues } = service;
  let made: Network | undefined;
  const network = await queues.run({ exclusive: [`network/${wish.name}`] }, () => ensureNetwork(fairlead, wish, given, (anew) => (made = anew)));
  try {
    return await attachTo(service, network, { about, input }, { wish, container, given });
  } catch (error) {
    if (made) await collect([() => queues.run({ exclusive: [`network/${wish.name}`] }, () => unmake(fairlead, network))]);
    throw error;
  }
}

async function attachTo(
  service: CniService,
  network: Network,
  { about, input }: Pick<AskedOf, 'about' | 'input'>,
  { wish, container, given }: Wishes,
): Promise<CniResult> {
  const { fairlead } = service;
  const ask = attachAsk(network, { wish, container, given }, about);
  const connect = async (found: Sandbox | undefined) => {
    if (found) await refuseAgain(fairlead, found, network, about);
    const join = async () =>
      found
        ? fairlead.endpoints.create({ ...ask, gatewayPriority: await place(service, found.id), sandbox: found.id })
        : create(service, ask, { network, about, container, dns: input.capabilities.dns });
    const endpoint = await onceGone(fairlead, join);
    if (found) await publish(fairlead, found, container.ports, () => fairlead.endpoints.remove(endpoint.id, { force: true }));
    return endpoint;
  };
  const found = await sandboxOf(fairlead, about);
  const endpoint = await connect(found).catch(async (error: unknown) => {
    const other = found ? undefined : await holderOf(fairlead, about, error);
    if (!other) throw error;
    return connect(other);
  });
  return resultOf({ network, endpoint, about, wish, given, dns: input.capabilities.dns, resolves: service.resolves }, input.previous);
}

// Two links in one subnet would answer for each other.
async function refuseAgain(fairlead: Fairlead, sandbox: Sandbox, network: Network, { containerId }: AskedOf['about']): Promise<void> {
  const there = (await fairlead.endpoints.list()).find((each) => each.sandbox === sandbox.id && each.network === network.id);
  if (there) throw failure('cni-network-again', { container: containerId, network: network.name, interface: there.link?.inside ?? there.name });
}

// Before anything is on a network it gives way to one of another configuration: then it is made once more, or refused for what took its place.
async function onceThere<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!FairleadError.is(error) || error.code !== 'network-absent') throw error;
    return work();
  }
}

// A link that DEL removed goes behind its reply, and has its name until then (docs/adr/001).
async function onceGone<T>(fairlead: Fairlead, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!FairleadError.is(error) || error.code !== 'interface-taken') throw error;
    await fairlead.settled();
    return work();
  }
}

// Behind all that are there, whatever its network is called: the first interface stays the way out, and with it gone the one that came next.
async function place({ fairlead }: CniService, sandbox: string): Promise<number> {
  const there = (await fairlead.endpoints.list()).filter((each) => each.sandbox === sandbox && !each.automatic);
  return there.length === 0 ? 0 : Math.min(...there.map(({ gatewayPriority }) => gatewayPriority)) - 1;
}

function attachAsk(network: Network, { wish, container, given }: Wishes, about: AskedOf['about']): AttachAsk {
  const ground = groundOf(wish, given);
  const routes = ground.routes.filter((route) => !isDefault(route)).map(({ to, via = viaOf(network, to) }) => ({ to, ...(via !== undefined && { via }) }));
  const own = given?.ips.map(({ address }) => splitInterfaceAddress(address).ip);
  const linked = !isLinkless(network);
  return {
    network: network.id,
    name: `${calledAfter(about.containerId)}.${about.ifName}`,
    ...(linked && { interfaceName: about.ifName }),
    ip: own?.filter((ip) => familyOf(ip) === 4) ?? container.ip,
    ip6: own?.filter((ip) => familyOf(ip) === 6) ?? container.ip6,
    ...(container.mac !== undefined && { mac: container.mac }),
    aliases: container.aliases,
    ...(container.rates && { rates: container.rates }),
    labels: { ...labelsOf(about), ...container.labels, ...portLabel(container.ports) },
    options: {
      ...wish.wanted.endpointOptions,
      ...(linked && routes.length > 0 && { [ROUTES]: printRoutes(routes) }),
      ...(linked && !isLedOut(wish, ground) && { [LEADS_OUT]: 'false' }),
    },
  };
}

// By the subnet's gateway, where a route names none (CNI's conventions for IPAM plugins).
const viaOf = ({ pools }: Network, to: string) => pools.find(({ family }) => (family === 6) === to.includes(':'))?.gateway;

async function create(
  { fairlead }: CniService,
  ask: AttachAsk,
  {
    network,
    about,
    container,
    dns,
  }: { readonly network: Network; readonly about: AskedOf['about']; readonly container: ContainerWish; readonly dns: CniResult['dns'] | undefined },
): Promise<Endpoint> {
  if (about.netns === undefined) throw failure('cni-environment', { name: 'CNI_NETNS', said: '', reason: 'missing' });
  const sandbox = await fairlead.sandboxes.create({
    name: calledAfter(about.containerId),
    // A network of the host's own stack is for a container that is in it already.
    ...(!(network.driver === 'host' && isOwnNamespace(about.netns)) && { netns: about.netns }),
    networks: [ask],
    ports: container.ports,
    labels: { ...labelsOf(about), ...container.labels },
    ...(dns && { dns: dnsAsk(dns) }),
  });
  const endpoint = (await fairlead.endpoints.list()).find((each) => each.sandbox === sandbox.id && !each.automatic);
  if (!endpoint) throw failure('endpoint-absent', { ref: ask.name ?? '' });
  return endpoint;
}

const dnsAsk = ({ nameservers, domain, search, options }: CniResult['dns']): DnsAsk => ({
  ...(nameservers.length > 0 && { servers: nameservers }),
  ...((search.length > 0 || domain !== undefined) && { search: [...(domain === undefined ? [] : [domain]), ...search] }),
  ...(options.length > 0 && { options }),
});
