import { interfaceAddress } from '../../ip/interface-address.js';
import { familyOf } from '../../ip/ip.js';
import { linkLocalFromMac } from '../../ip/mac.js';
import { contains, prefixFamily } from '../../ip/prefix.js';
import type { Family, Ip } from '../../ip/types.js';
import type { EndpointScene, Scene } from '../../model/driver.js';
import type { Endpoint } from '../../model/records.js';
import type { Resource } from '../../resource/resource.js';
import { joinFacts } from './facts.js';

const LINK_LOCAL_LENGTH = 64; // RFC 4291 §2.5.6

/** The link that the plugin left on the host, in the sandbox for as long, with the endpoint's addresses and the plugin's routes. */
export function describeEndpoint({ endpoint, sandbox: { stack: at } }: EndpointScene): readonly Resource[] {
  const device = endpoint.facts?.['device'];
  const joined = joinFacts(endpoint);
  if (!endpoint.link || !joined || typeof device !== 'string') return [];
  const { inside: link } = endpoint.link;
  const { mac } = endpoint;
  return [
    { kind: 'moved', in: 'host', link: device, to: { in: at, name: link }, ...(mac && endpoint.facts?.['mac'] === undefined && { mac }) },
    ...endpoint.leases.map(({ address }): Resource => ({ kind: 'address', in: at, link, address })),
    ...linkLocal(endpoint).map((address): Resource => ({ kind: 'address', in: at, link, address })),
    ...endpoint.linkLocals.map((ip): Resource => ({ kind: 'address', in: at, link, address: interfaceAddress(ip, familyOf(ip) === 4 ? 16 : 64) })),
    { kind: 'up', in: at, link },
    ...routes(endpoint).map(({ to, via, family }): Resource => ({ kind: 'route', in: at, family, to, ...(via && { via }), dev: link })),
  ];
}

type Route = { readonly family: Family; readonly to: Extract<Resource, { kind: 'route' }>['to']; readonly via?: Ip };

// On the link first: a next hop may be behind one of them.
function routes(endpoint: Endpoint): readonly Route[] {
  const joined = joinFacts(endpoint);
  const own = (joined?.routes ?? []).map(({ to, via }): Route => ({ family: prefixFamily(to), to, ...(via && { via }) }));
  const out = (joined?.gateways ?? []).filter((via) => endpoint.gateway.includes(familyOf(via)));
  const beyond = out.filter((via) => !reached(via, endpoint) && !own.some(({ to, via: next }) => next === undefined && to !== 'default' && contains(to, via)));
  return [
    ...own.filter(({ via }) => via === undefined),
    // A gateway that no subnet of the endpoint holds is on the link all the same.
    ...beyond.map((via): Route => ({ family: familyOf(via), to: hostRoute(via) })),
    ...own.filter(({ via }) => via !== undefined),
    ...out.map((via): Route => ({ family: familyOf(via), to: 'default', via })),
  ];
}

const reached = (via: Ip, { leases }: Endpoint): boolean => leases.some(({ subnet }) => contains(subnet, via));

const hostRoute = (ip: Ip) => `${ip}/${familyOf(ip) === 4 ? 32 : 128}` as Exclude<Route['to'], 'default'>;

const linkLocal = ({ mac, leases }: Endpoint) =>
  mac && leases.some(({ family }) => family === 6) ? [interfaceAddress(linkLocalFromMac(mac), LINK_LOCAL_LENGTH)] : [];

/** The families for which the plugin named a gateway, and the endpoint has an address. */
export function waysOut({ network, endpoint }: Scene & { readonly endpoint: Endpoint }): readonly Family[] {
  if (network.internal) return [];
  const named = (joinFacts(endpoint)?.gateways ?? []).map(familyOf);
  return named.filter((family) => endpoint.leases.some((lease) => lease.family === family));
}
