import type { InterfaceAddress } from '../../ip/types.js';
import { linkChange } from '../../resource/link-change.js';
import type { LinkResource, UpResource, VxlanSpec } from '../../resource/resource.js';
import { remade } from '../../resource/remade.js';
import { Errno } from './errno.js';
import { subnetOf } from '../../ip/interface-address.js';
import type { Undo } from './undo.js';
import { namedParent, parentFor } from './uppers.js';
import { type Link, linkOf, type Net, netOf, newLink, type Route, type World } from './world.js';

// BR_MAX_PORTS is 1 << 10, and port number 0 is not given (net/bridge/br_private.h).
const MAX_PORTS = 1023;

// dev_valid_name of net/core/dev.c: fewer than IFNAMSIZ bytes, no slash, no colon, no space.
const NAME = /^(?!\.{1,2}$)[^\s/:]{1,15}$/;

export function createLink(world: World, instance: string, undo: Undo, resource: LinkResource): void {
  const { name, spec, mac, mtu, master } = resource;
  const net = netOf(world, resource.in);
  if (world.lacksLinks.has(spec.type)) throw new Errno('EOPNOTSUPP');
  if (spec.type === 'vxlan' && isTaken(world, spec)) throw new Errno('EEXIST');
  if (spec.type === 'vxlan' && spec.by !== undefined) netOf(world, spec.by);
  if (world.lacksVlans && resource.vlans) throw new Errno('EOPNOTSUPP');
  const bridge = master === undefined ? undefined : masterOf(net, master);
  const parent = 'parent' in spec ? parentFor(world, spec, mtu) : undefined;
  const link = newLink(net, { name, type: spec.type, mac, mtu, instance, parent });
  link.made = resource;
  const lost = lostEnd(world, instance, resource);
  if (lost) unplug(undo, lost);
  if (resource.localnet) link.sysctls.set('ipv4/route_localnet', '1');
  plug(undo, link);
  if (spec.type === 'veth') {
    const peer = newLink(netOf(world, spec.peer.in), { name: spec.peer.name, type: 'veth', mac: spec.peer.mac, mtu, instance });
    plug(undo, peer);
    link.peer = peer;
    peer.peer = link;
    if (spec.peer.master !== undefined) enslave(undo, peer, masterOf(peer.net, spec.peer.master));
  }
  if (bridge) enslave(undo, link, bridge);
  if (parent) undo.add(parent.uppers, link);
}

// The socket of each is in the stack by which it sends (vxlan_vni_in_use of drivers/net/vxlan/vxlan_core.c).
const isTaken = (world: World, { id, port, by }: VxlanSpec): boolean =>
  [...world.stacks.values()].some(({ net }) =>
    [...net.links.values()].some(({ made }) => made?.spec.type === 'vxlan' && made.spec.id === id && made.spec.port === port && made.spec.by === by),
  );

export function changeLink(world: World, instance: string, undo: Undo, from: LinkResource, to: LinkResource): void {
  const net = netOf(world, to.in);
  const link = linkOf(net, to.name);
  if (remade(from, to)) {
    if ('parent' in to.spec) namedParent(world, to.spec);
    deleteLink(world, instance, undo, from);
    createLink(world, instance, undo, to);
    return;
  }
  const { mtu, mac, master, localnet, peer, isolated, hairpin, told, vlans } = linkChange(from, to);
  if (vlans && world.lacksVlans) throw new Errno('EOPNOTSUPP');
  if (mac !== undefined) undo.set(link, 'mac', mac);
  if (mtu !== undefined) undo.set(link, 'mtu', mtu);
  if (link.peer && peer.mac !== undefined) undo.set(link.peer, 'mac', peer.mac);
  if (link.peer && peer.mtu !== undefined) undo.set(link.peer, 'mtu', peer.mtu);
  if (master !== undefined) plugInto(undo, link, master);
  if (link.peer && peer.master !== undefined) plugInto(undo, link.peer, peer.master);
  // What is no port has no settings of one.
  if (to.master && (isolated !== undefined || hairpin !== undefined || told !== undefined || vlans !== undefined) && !link.master) throw new Errno('ENODEV');
  if (localnet !== undefined) undo.put(link.sysctls, 'ipv4/route_localnet', localnet ? '1' : '0');
  undo.set(link, 'made', to);
}

export function deleteLink(world: World, instance: string, undo: Undo, resource: LinkResource): void {
  const link = world.stacks.get(resource.in)?.net.links.get(resource.name);
  const leaves = link?.instance === instance ? link : lostEnd(world, instance, resource);
  if (leaves) unplug(undo, leaves);
}

// The unmarked end of a veth of ours whose marked end was moved elsewhere, or has lost its mark.
function lostEnd(world: World, instance: string, { in: stack, name, spec }: LinkResource): Link | undefined {
  if (spec.type !== 'veth' || spec.peer.in === 'host' || world.stacks.get(stack)?.net.links.get(name)?.instance === instance) return undefined;
  const end = world.stacks.get(spec.peer.in)?.net.links.get(spec.peer.name);
  return end?.peer?.made?.name === name ? end : undefined;
}

/** Takes a link away with all that hangs on it, and with the other end of a veth. */
export function unplug(undo: Undo, link: Link): void {
  for (const upper of link.uppers) unplug(undo, upper);
  for (const end of ends(link)) detach(undo, end);
}

/** The kernel gives loopback its IPv6 address whenever it comes up (init_loopback of net/ipv6/addrconf.c). */
export function setUp(world: World, undo: Undo, resource: UpResource): void {
  const link = linkOf(netOf(world, resource.in), resource.link);
  if (link.type === 'vlan' && link.parent?.up === false) throw new Errno('ENETDOWN');
  undo.set(link, 'up', true);
  if (link.name === 'lo') undo.put(link.addresses, LOOPBACK, subnetOf(LOOPBACK));
}

const LOOPBACK = '::1/128' as InterfaceAddress;

/**
 * A link that goes down loses its routes, its neighbours and its IPv6 addresses (addrconf_ifdown of net/ipv6/addrconf.c
 * with keep_addr_on_down at its default of 0).
 */
export function setDown(world: World, undo: Undo, resource: UpResource): void {
  const link = world.stacks.get(resource.in)?.net.links.get(resource.link);
  if (!link?.up) return;
  undo.set(link, 'up', false);
  for (const route of link.routes) dropRoute(undo, route);
  for (const ip of link.neighbours.keys()) undo.drop(link.neighbours, ip);
  for (const address of link.addresses.keys()) if (address.includes(':')) undo.drop(link.addresses, address);
}

/** Takes a route out of its stack. */
export function dropRoute(undo: Undo, route: Route): void {
  undo.drop(route.link.net.routes, routeKey(route.resource));
  undo.remove(route.link.routes, route);
}

/** What makes a route the only one: IPv6 has 1024 where no metric is given (IP6_RT_PRIO_USER of linux/ipv6_route.h). */
export const routeKey = ({ family, to, metric, local, dev }: Route['resource']): string =>
  `${family} ${to} ${metric ?? (family === 6 ? 1024 : 0)}${local ? ` local ${dev}` : ''}`;

/** Puts a link into its stack under its name. */
export function plug(undo: Undo, link: Link): void {
  if (!NAME.test(link.name)) throw new Errno('EINVAL');
  if (link.net.links.has(link.name)) throw new Errno('EEXIST');
  undo.put(link.net.links, link.name, link);
}

const ends = (link: Link): readonly Link[] => (link.peer ? [link, link.peer] : [link]);

function detach(undo: Undo, link: Link): void {
  for (const route of link.routes) undo.drop(link.net.routes, routeKey(route.resource));
  for (const port of link.ports) undo.set(port, 'master', undefined);
  if (link.master) forget(undo, link, link.master);
  if (link.parent) undo.remove(link.parent.uppers, link);
  undo.drop(link.net.links, link.name);
}

function masterOf(net: Net, name: string): Link {
  const master = linkOf(net, name);
  if (master.type !== 'bridge') throw new Errno('EOPNOTSUPP');
  return master;
}

/** Makes it a port of a bridge. EXFULL where that has no room. */
export function enslave(undo: Undo, link: Link, bridge: Link): void {
  if (bridge.ports.size >= MAX_PORTS) throw new Errno('EXFULL');
  undo.add(bridge.ports, link);
  undo.set(link, 'master', bridge);
}

function plugInto(undo: Undo, link: Link, master: string): void {
  const bridge = master === '' ? undefined : masterOf(link.net, master);
  release(undo, link);
  if (bridge) enslave(undo, link, bridge);
}

/** Takes it off its bridge. */
export function release(undo: Undo, link: Link): void {
  if (!link.master) return;
  forget(undo, link, link.master);
  undo.set(link, 'master', undefined);
}

function forget(undo: Undo, port: Link, bridge: Link): void {
  undo.remove(bridge.ports, port);
  for (const [mac, each] of bridge.behind) if (each === port) undo.drop(bridge.behind, mac);
}
