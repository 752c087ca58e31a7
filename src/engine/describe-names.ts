import type { Id } from '../base/id.js';
import { dnsNames } from '../model/dns-names.js';
import { effectiveEgress } from '../model/egress.js';
import { guestOf } from '../model/guest.js';
import type { Endpoint, PublishedPort, Sandbox } from '../model/records.js';
import { extraHosts } from '../names/extra-hosts.js';
import { hostGateways } from '../names/host-gateways.js';
import { leasedServers } from '../names/leased.js';
import { mannerOf } from '../names/manner.js';
import { ndotsOf } from '../names/resolv-conf.js';
import { chosenUpstreams } from '../names/upstreams.js';
import type { NamedEndpoint, ResolvingSandbox, Upstream } from '../names/types.js';
import type { Context } from './context.js';
import { inOrder } from './gateways.js';
import type { PeerRecord } from './records.js';

/** The port at which a sandbox's resolver listens, unless a program in it has that one already. */
export const RESOLVER_PORT = 20_053;

/** Where every name server is asked (RFC 1035 §4.2). */
const DNS_PORT = 53;

type World = Pick<Context, 'records' | 'upstreams' | 'drivers' | 'kernel'>;

/** An endpoint of this host or of another as names see it: `null` while it is in no sandbox, or on its way out of one. */
export function describeNamed(world: World, id: Id): NamedEndpoint | null {
  const { endpoints, peers } = world.records;
  return describeOwn(world, endpoints.find(id)) ?? describePeer(peers.find(id));
}

function describePeer(peer: PeerRecord | undefined): NamedEndpoint | null {
  if (peer?.endpoint.state !== 'active' || peer.endpoint.sandbox === undefined) return null;
  const { id, network, leases, sandbox } = peer.endpoint;
  const named = { id, network, sandbox, names: peer.names, ips: leases.map(({ ip }) => ip) };
  return peer.services.length === 0 ? named : { ...named, services: peer.services };
}

function describeOwn({ records }: World, endpoint: Endpoint | undefined): NamedEndpoint | null {
  // On docker_gwbridge nobody reaches another.
  if (endpoint?.state !== 'active' || endpoint.sandbox === undefined || endpoint.automatic) return null;
  const sandbox = records.sandboxes.find(endpoint.sandbox);
  if (sandbox?.state !== 'active') return null;
  const { id, network, leases } = endpoint;
  const named = { id, network, sandbox: sandbox.id, names: dnsNames(endpoint, sandbox), ips: leases.map(({ ip }) => ip) };
  return sandbox.ports.length === 0 ? named : { ...named, services: servicesOf(sandbox.ports) };
}

// One port may be published at several addresses of the host.
function servicesOf(ports: readonly PublishedPort[]): readonly string[] {
  const known = services.get(ports) ?? [...new Set(ports.map(({ protocol, target }) => `${protocol} ${target}`))];
  services.set(ports, known);
  return known;
}

// A list of ports is never changed in its place, and endpoints are described more often than it is.
const services = new WeakMap<readonly PublishedPort[], readonly string[]>();

/** A sandbox as names see it: `null` when it is none whose questions are answered. */
export function describeResolving(world: World, sandbox: Sandbox | undefined): ResolvingSandbox | null {
  if (sandbox?.state !== 'active' || sandbox.resolver === undefined) return null;
  const { records } = world;
  const manner = mannerOf(sandbox.dns.options ?? []);
  const endpoints = records.endpointsIn(sandbox.id).filter(({ state }) => state === 'active');
  const guests = endpoints.flatMap((endpoint) => guestOf(endpoint, records.networks.get(endpoint.network), sandbox) ?? []);
  const networks = inOrder(
    endpoints
      .filter(({ automatic }) => !automatic)
      .map((endpoint) => ({ endpoint, network: records.networks.get(endpoint.network), waysOut: endpoint.gateway })),
  );
  return {
    id: sandbox.id,
    networks: networks.map(({ network: { id, name }, endpoint: { links } }) => ({ id, name, ...(links && { links: Object.entries(links) }) })),
    extraHosts: extraHosts(
      sandbox,
      hostGateways(endpoints, (id) => records.networks.find(id)),
    ),
    upstreams: upstreams(world, sandbox, endpoints),
    ndots: ndotsOf(sandbox.dns.options ?? []),
    ...(manner && { manner }),
    path: sandbox.key,
    port: sandbox.resolver,
    ...(guests.length > 0 && { guests }),
  };
}

// What has no way out asks nobody outside either, since a question carries what it likes. Servers that the user chose may be on its own
// network, and are asked from there: what it sends to others is judged like all that it sends.
function upstreams({ upstreams, records }: World, sandbox: Sandbox, endpoints: readonly Endpoint[]): readonly Upstream[] {
  if (sandbox.dns.servers.length > 0) return chosenUpstreams(sandbox.dns.servers);
  // Those of its segment know the names of that, and are asked from there as well.
  const leased = leasedServers(endpoints);
  if (leased.length > 0) return chosenUpstreams(leased);
  const leadsOut = ({ gateway, network }: Endpoint) => gateway.length > 0 && effectiveEgress(records.networks.get(network), sandbox).egress.length > 0;
  return endpoints.some(leadsOut) ? upstreams() : [];
}

/** A network as names see it, where it answers all who are on it: while one of this host's endpoints is there, whose stack it is then sure to have. */
export function describeAnswering({ records, drivers, kernel, upstreams }: World, id: Id): ResolvingSandbox | null {
  const network = records.networks.find(id);
  const at = network && drivers.get(network.driver)?.answersAt?.(network);
  if (!at || !records.endpointsOf(id).some(({ state }) => state === 'active')) return null;
  return {
    id,
    networks: [{ id, name: network.name }],
    extraHosts: [],
    upstreams: network.internal ? [] : upstreams(),
    ndots: undefined,
    path: kernel.pathOf(at.stack),
    addresses: at.ips,
    port: DNS_PORT,
  };
}
