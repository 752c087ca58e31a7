import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { familyOf, isLinkLocal } from '../../ip/ip.js';
import { contains, prefixFamily } from '../../ip/prefix.js';
import type { InterfaceAddress, Ip } from '../../ip/types.js';
import type { AddressResource, NeighbourResource, RouteResource } from '../../resource/resource.js';
import { Errno } from './errno.js';
import { dropRoute, routeKey } from './links.js';
import { subnetOf } from '../../ip/interface-address.js';
import type { Undo } from './undo.js';
import { type Link, linkOf, type Net, netOf, type Route, type World } from './world.js';

/** Route and neighbour protocol number of Fairlead. */
export const PROTOCOL = 250;

export function createAddress(world: World, undo: Undo, { in: stack, link: name, address }: AddressResource): void {
  const link = linkOf(netOf(world, stack), name);
  if (taken(link, address)) throw new Errno('EEXIST');
  undo.put(link.addresses, address, subnetOf(address));
}

export function deleteAddress(world: World, undo: Undo, { in: stack, link: name, address }: AddressResource): void {
  const link = world.stacks.get(stack)?.net.links.get(name);
  if (link?.addresses.has(address)) dropAddress(undo, link, address);
}

/**
 * Takes an address off a link. The first IPv4 address of a network takes the later ones with it (unless these are `promoted`),
 * and the last IPv4 address of a link all its IPv4 routes and neighbours (fib_disable_ip of net/ipv4/fib_frontend.c).
 */
export function dropAddress(undo: Undo, link: Link, address: InterfaceAddress, promoted = false): void {
  const network = link.addresses.get(address);
  const siblings = [...link.addresses].filter(([, each]) => each === network).map(([each]) => each);
  const family = address.includes(':') ? 6 : 4;
  for (const each of family === 4 && !promoted && siblings[0] === address ? siblings : [address]) undo.drop(link.addresses, each);
  if (family === 6) return;
  // fib_sync_down_addr of net/ipv4/fib_semantics.c
  for (const route of [...link.net.routes.values()])
    if (route.resource.source !== undefined && route.resource.family === 4 && !hasAddress(link.net, route.resource.source)) dropRoute(undo, route);
  if ([...link.addresses.values()].some((each) => prefixFamily(each) === 4)) return;
  for (const route of link.routes) if (route.resource.family === 4) dropRoute(undo, route);
  for (const ip of link.neighbours.keys()) if (familyOf(ip) === 4) undo.drop(link.neighbours, ip);
}

/** Whatever is there of it. */
export function createNeighbour(world: World, undo: Undo, resource: NeighbourResource): void {
  undo.put(linkOf(netOf(world, resource.in), resource.link).neighbours, resource.ip, resource);
}

export function deleteNeighbour(world: World, undo: Undo, { in: stack, link: name, ip }: NeighbourResource): void {
  const link = world.stacks.get(stack)?.net.links.get(name);
  if (link) undo.drop(link.neighbours, ip);
}

export function createRoute(world: World, undo: Undo, resource: RouteResource): void {
  const net = netOf(world, resource.in);
  const link = reachable(world, resource);
  if (net.routes.has(routeKey(resource))) throw new Errno('EEXIST');
  putRoute(undo, { resource, link, protocol: PROTOCOL });
}

export function changeRoute(world: World, undo: Undo, to: RouteResource): void {
  const link = reachable(world, to);
  const old = link.net.routes.get(routeKey(to));
  if (old) undo.remove(old.link.routes, old);
  putRoute(undo, { resource: to, link, protocol: PROTOCOL });
}

export function deleteRoute(world: World, undo: Undo, resource: RouteResource): void {
  const route = world.stacks.get(resource.in)?.net.routes.get(routeKey(resource));
  if (route?.protocol === PROTOCOL && route.link.name === resource.dev) dropRoute(undo, route);
}

/** Puts a route into its stack. */
export function putRoute(undo: Undo, route: Route): void {
  undo.put(route.link.net.routes, routeKey(route.resource), route);
  undo.add(route.link.routes, route);
}

// fib_check_nh of net/ipv4/fib_semantics.c, ip6_route_info_create of net/ipv6/route.c: the link is up, and the gateway lies
// on it, by an address of the link or by a route that has no gateway itself.
function reachable(world: World, { in: stack, dev, via, source, family }: RouteResource): Link {
  const link = linkOf(netOf(world, stack), dev);
  if (source !== undefined && !hasAddress(link.net, source)) throw new Errno('EINVAL');
  if (via !== undefined && !(link.up && onLink(link, via))) throw new Errno(family === 4 ? 'ENETUNREACH' : 'EHOSTUNREACH');
  if (!link.up) throw new Errno('ENETDOWN');
  return link;
}

const hasAddress = ({ links }: Net, ip: Ip): boolean =>
  [...links.values()].some(({ addresses }) => [...addresses.keys()].some((each) => splitInterfaceAddress(each).ip === ip));

function onLink(link: Link, gateway: Ip): boolean {
  if (familyOf(gateway) === 6 && isLinkLocal(gateway)) return true;
  for (const network of link.addresses.values()) if (contains(network, gateway)) return true;
  for (const { resource } of link.routes) if (resource.via === undefined && resource.to !== 'default' && contains(resource.to, gateway)) return true;
  return false;
}

// IPv4 may hold one address with several lengths, IPv6 not (inet_insert_ifa, ipv6_add_addr).
function taken(link: Link, address: InterfaceAddress): boolean {
  if (link.addresses.has(address)) return true;
  if (!address.includes(':')) return false;
  const { ip } = splitInterfaceAddress(address);
  for (const each of link.addresses.keys()) if (splitInterfaceAddress(each).ip === ip) return true;
  return false;
}
