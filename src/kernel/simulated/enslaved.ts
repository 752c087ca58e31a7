import type { Belonging, EnslavedPast } from '../../resource/enslaved.js';
import { isLinkLocal } from '../../ip/ip.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import type { InterfaceAddress } from '../../ip/types.js';
import { subject } from '../../resource/order.js';
import type { EnslavedResource, NeighbourResource, Operation, RouteResource } from '../../resource/resource.js';
import { putRoute } from './addresses.js';
import { dropRoute, enslave as plugIn, release as plugOut, routeKey } from './links.js';
import { subnetOf } from '../../ip/interface-address.js';
import { parentGone, parentUnfit } from '../parent-unfit.js';
import type { Undo } from './undo.js';
import { type Link, linkOf, netOf, type World } from './world.js';

/** How it is now, and what the host has by it; null when there is no such link. */
export function enslavedNow(world: World, { in: stack, link: name }: EnslavedResource): EnslavedPast | null {
  const link = world.stacks.get(stack)?.net.links.get(name);
  return link ? { index: link.index, master: link.master?.name ?? '', belongings: belongingsOf(link) } : null;
}

/** Makes a link a port of our bridge, with all that the host has by it on the bridge, or gives it back. */
export function enslave(world: World, undo: Undo, operation: Operation): void {
  const { in: stack, link: name, master } = subject(operation) as EnslavedResource;
  const net = netOf(world, stack);
  if (operation.do === 'delete') {
    const link = net.links.get(name);
    if (link) giveBack(undo, link, net.links.get(master), operation.was as EnslavedPast | undefined);
    return;
  }
  const [link, bridge] = [net.links.get(name), linkOf(net, master)];
  if (!link) throw parentGone(name);
  const taken = (link.master && link.master !== bridge) || [...link.uppers].some(({ type }) => type !== 'vlan');
  const unfit = taken ? parentUnfit(name, 'EBUSY', link.master?.name) : undefined;
  if (unfit) throw unfit;
  if (!link.master) plugIn(undo, link, bridge);
  undo.set(link, 'up', true);
  moveAll(undo, link, bridge);
  const was = operation.do === 'change' ? (operation.was as EnslavedPast | undefined) : undefined;
  if (bridge.addresses.size === 0 && was) layAgain(undo, bridge, was);
}

function giveBack(undo: Undo, link: Link, bridge: Link | undefined, was: EnslavedPast | undefined): void {
  if (bridge && link.master === bridge) plugOut(undo, link);
  if (bridge) moveAll(undo, bridge, link);
  if (link.addresses.size === 0 && was) layAgain(undo, link, was);
}

function moveAll(undo: Undo, from: Link, to: Link): void {
  for (const [address, network] of [...from.addresses]) {
    if (!to.addresses.has(address)) undo.put(to.addresses, address, network);
    undo.drop(from.addresses, address);
  }
  for (const route of [...from.routes]) {
    dropRoute(undo, route);
    if (!to.net.routes.has(routeKey(route.resource))) putRoute(undo, { ...route, link: to, resource: { ...route.resource, dev: to.name } });
  }
  for (const [ip, neighbour] of [...from.neighbours]) {
    undo.put(to.neighbours, ip, { ...neighbour, link: to.name });
    undo.drop(from.neighbours, ip);
  }
}

function layAgain(undo: Undo, link: Link, { belongings }: EnslavedPast): void {
  for (const { kind, told } of belongings) {
    const thing = JSON.parse(told) as Told;
    if (kind === 'address') undo.put(link.addresses, thing.address, subnetOf(thing.address));
    else if (kind === 'neighbour') undo.put(link.neighbours, thing.neighbour.ip, { ...thing.neighbour, link: link.name });
    else putRoute(undo, { link, protocol: thing.protocol, resource: { ...thing.route, dev: link.name } });
  }
}

// What this kernel tells itself: of these, the one of its kind.
interface Told {
  readonly address: InterfaceAddress;
  readonly route: RouteResource;
  readonly protocol: number;
  readonly neighbour: NeighbourResource;
}

function belongingsOf({ addresses, routes, neighbours }: Link): readonly Belonging[] {
  const belonging = (kind: Belonging['kind'], text: string, told: Partial<Told>, automatic = false): Belonging => ({
    kind,
    text,
    told: JSON.stringify(told),
    automatic,
  });
  return [
    ...[...addresses.keys()].map((address) => belonging('address', address, { address }, isLinkLocal(splitInterfaceAddress(address).ip))),
    ...[...routes].map(({ resource: route, protocol }) => belonging('route', textOf(route), { route, protocol })),
    ...[...neighbours.values()].map((neighbour) => belonging('neighbour', neighbour.ip, { neighbour })),
  ];
}

const textOf = ({ to, via, metric }: RouteResource): string =>
  `${to}${via === undefined ? '' : ` via ${via}`}${metric === undefined ? '' : ` metric ${metric}`}`;
