import { contains } from '../ip/prefix.js';
import type { Family, Ip, Prefix } from '../ip/types.js';
import type { Endpoint, Lease } from '../model/records.js';
import type { Resource, Stack } from '../resource/resource.js';

/** The families for which leases of an endpoint brought a way out: of IPv6 the routers of the segment say that themselves. */
export const leasedWays = ({ leases }: Pick<Endpoint, 'leases'>): readonly Family[] =>
  leases.flatMap(({ family, learned }) => (learned && (family === 6 || learned.gateway !== undefined) ? [family] : []));

/** The MTU that leases of an endpoint brought, in bytes. */
const leasedMtu = ({ leases }: Pick<Endpoint, 'leases'>): number | undefined => leases.find(({ learned }) => learned?.mtu !== undefined)?.learned?.mtu;

/** The MTU of the link of an endpoint with a lease that says one, or says none any more: no more than its segment's. */
export function boundMtu(endpoint: Pick<Endpoint, 'leases'>, most: number | undefined): number | undefined {
  const wanted = leasedMtu(endpoint);
  return wanted === undefined || most === undefined ? (wanted ?? most) : Math.min(wanted, most);
}

/** The routes that leases of an endpoint brought: the way out where the endpoint is it, and all others. */
export const leasedRoutes = ({ leases, gateway }: Pick<Endpoint, 'leases' | 'gateway'>, stack: Stack, dev: string): readonly Resource[] =>
  leases.flatMap((lease) => (lease.family === 4 ? routesOf(lease, gateway.includes(lease.family), stack, dev) : []));

function routesOf({ family, subnet, ip, learned }: Lease, leadsOut: boolean, stack: Stack, dev: string): readonly Resource[] {
  if (!learned) return [];
  const routes = [
    ...(leadsOut && learned.gateway !== undefined ? [{ to: 'default' as const, via: learned.gateway }] : []),
    // What an address brings along by itself is there already.
    ...learned.routes.filter(({ to }) => to !== subnet),
  ].filter(({ via }) => via !== ip);
  const reached = new Set<string>(learned.routes.flatMap(({ to, via }) => (via === undefined ? [to] : [])));
  // A router that is not in the subnet is on the segment all the same (RFC 3442, "local subnet routes").
  const beyond = new Set(routes.flatMap(({ via }) => (via === undefined || isReached(via, [subnet, ...reached] as Prefix[]) ? [] : [via])));
  return [
    ...[...beyond].map((via): Resource => ({ kind: 'route', in: stack, family, to: `${via}/32` as Prefix, dev })),
    ...routes
      .filter(({ to, via }) => via === undefined || to !== `${via}/32`)
      .map(({ to, via }): Resource => ({ kind: 'route', in: stack, family, to, ...(via !== undefined && { via }), dev })),
  ];
}

const isReached = (via: Ip, prefixes: readonly Prefix[]): boolean => prefixes.some((prefix) => contains(prefix, via));
