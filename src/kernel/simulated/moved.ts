import type { Facts } from '../../base/json.js';
import type { MovedPast } from '../../resource/moved.js';
import type { FunctionsResource, MovedResource, RouteResource, Stack, VirtualFunction } from '../../resource/resource.js';
import { putRoute } from './addresses.js';
import { Errno } from './errno.js';
import { dropRoute, plug } from './links.js';
import { subnetOf } from '../../ip/interface-address.js';
import type { Undo } from './undo.js';
import { type FunctionSettings, type Link, linkOf, type Net, netOf, type World } from './world.js';

interface Past extends MovedPast {
  readonly routes: readonly { readonly route: Omit<RouteResource, 'in'> & Facts; readonly protocol: number }[];
}

/** How somebody else's link is, at home or where we put it; null where it is neither. */
export function movedNow(world: World, resource: MovedResource): Facts | null {
  const link = find(world, resource);
  return link ? pastOf(world, resource, link) : null;
}

/** Gives it to its sandbox, or makes it again as it is to be there. */
export function give(world: World, instance: string, undo: Undo, resource: MovedResource): void {
  const link = find(world, resource);
  if (!link) throw new Errno('ENODEV');
  const net = netOf(world, resource.to.in);
  if (resource.vf) setFunction(world, undo, resource.vf);
  if (link.net !== net) move(undo, link, net, resource.to.name);
  else if (link.name !== resource.to.name) rename(undo, link, resource.to.name);
  undo.set(link, 'instance', instance);
  undo.set(link, 'moved', { link: resource.link, stack: resource.to.in });
  if (resource.mac !== undefined) undo.set(link, 'mac', resource.mac);
  if (resource.mtu !== undefined) undo.set(link, 'mtu', resource.mtu);
}

/** Brings it home as it was; nothing where it never left, or is nowhere any more. */
export function takeBack(world: World, undo: Undo, resource: MovedResource, was: Facts | undefined): void {
  const link = find(world, resource);
  if (!link?.moved) return;
  const home = netOf(world, 'host');
  const { mac, mtu, up, addresses, routes, vf } = { mac: link.mac, mtu: link.mtu, up: false, addresses: [], routes: [], ...was } as unknown as Past;
  const name = freeName(home, link, resource.link);
  if (link.net !== home) move(undo, link, home, name);
  else if (link.name !== name) rename(undo, link, name);
  undo.set(link, 'instance', undefined);
  undo.set(link, 'moved', undefined);
  if (vf) setFunction(world, undo, vf);
  if (mac) undo.set(link, 'mac', mac);
  undo.set(link, 'mtu', mtu);
  undo.set(link, 'up', up);
  for (const address of addresses) undo.put(link.addresses, address, subnetOf(address));
  for (const { route, protocol } of routes) putRoute(undo, { resource: { ...route, in: 'host', dev: link.name }, link, protocol });
}

/** The kernel brings hardware whose namespace has ended to the first one (default_device_exit_net of net/core/dev.c). */
export function fallBack(world: World, undo: Undo, link: Link): void {
  const home = netOf(world, 'host');
  move(undo, link, home, home.links.has(link.name) ? `dev${link.index}` : link.name);
  undo.set(link, 'instance', undefined);
}

export function showFunctions(world: World, undo: Undo, { link }: FunctionsResource, count: number): void {
  const { functions } = linkOf(netOf(world, 'host'), link);
  if (!functions || count > functions.most) throw new Errno('ENODEV');
  undo.set(functions, 'count', count);
}

export function functionsNow(world: World, { link }: FunctionsResource): Facts | null {
  const functions = world.stacks.get('host')?.net.links.get(link)?.functions;
  return functions ? { count: functions.count } : null;
}

function find(world: World, { link: name, to }: MovedResource): Link | undefined {
  for (const stack of [to.in, 'host'] as const)
    for (const link of linksOf(world, stack)) if (link.moved?.link === name && link.moved.stack === to.in) return link;
  return world.stacks.get('host')?.net.links.get(name);
}

const linksOf = (world: World, stack: Stack): readonly Link[] => [...(world.stacks.get(stack)?.net.links.values() ?? [])];

function pastOf(world: World, { vf, to }: MovedResource, link: Link): Past {
  const { name, mac, mtu, up } = link;
  return {
    at: link.moved && link.net === world.stacks.get(to.in)?.net ? 'inside' : 'host',
    name,
    mac,
    mtu,
    up,
    addresses: [...link.addresses.keys()],
    routes: [...link.routes].map(({ resource: { in: _, ...route }, protocol }) => ({ route: route as Past['routes'][number]['route'], protocol })),
    ...(vf && { vf: { pf: vf.pf, index: vf.index, ...settingsOf(world, vf) } }),
  };
}

const UNSET: FunctionSettings = { vlan: 0, qos: 0, spoofCheck: true, trust: false, state: 'auto', minRate: 0, maxRate: 0 };
const settingsOf = (world: World, { pf, index }: VirtualFunction): FunctionSettings => ({
  ...UNSET,
  ...linkOf(netOf(world, 'host'), pf).functions?.settings.get(index),
});

function setFunction(world: World, undo: Undo, { pf, index, ...settings }: VirtualFunction): void {
  const { functions } = linkOf(netOf(world, 'host'), pf);
  if (!functions || index >= functions.count) throw new Errno('EINVAL');
  undo.put(functions.settings, index, { ...settingsOf(world, { pf, index }), ...settings });
}

// It goes down, and loses its addresses and routes (dev_change_net_namespace).
function move(undo: Undo, link: Link, to: Net, name: string): void {
  undo.set(link, 'up', false);
  for (const route of link.routes) dropRoute(undo, route);
  for (const address of link.addresses.keys()) undo.drop(link.addresses, address);
  for (const ip of link.neighbours.keys()) undo.drop(link.neighbours, ip);
  undo.drop(link.net.links, link.name);
  undo.set(link, 'net', to);
  undo.set(link, 'name', name);
  plug(undo, link);
}

function rename(undo: Undo, link: Link, name: string): void {
  undo.drop(link.net.links, link.name);
  undo.set(link, 'name', name);
  plug(undo, link);
}

function freeName(home: Net, link: Link, name: string): string {
  let free = name;
  for (let number = 0; home.links.has(free) && home.links.get(free) !== link; number++) free = `${name.slice(0, 12)}-${number}`;
  return free;
}
