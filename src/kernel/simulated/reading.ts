import { ETHERNET_MTU } from '../../ip/ethernet-mtu.js';
import { prefixFamily } from '../../ip/prefix.js';
import { inheritsMtu } from '../../resource/parent-of.js';
import { aliasOf } from '../../resource/mark.js';
import type { Resource, Stack, VethPeer } from '../../resource/resource.js';
import type { LinkSeen, RouteSeen, Survey } from '../../resource/survey.js';
import { PROTOCOL } from './addresses.js';
import { type Link, type Named, type Net, netOf, type World } from './world.js';

// The group of links that nobody marked, and that of an instance's.
const NO_GROUP = 0;
const GROUP = 250;

// Routes that the kernel makes by itself, and those of an administrator (linux/rtnetlink.h).
const RTPROT_KERNEL = 2;

/** What is this instance's in a stack. */
export function* ours(stack: Stack, { net, resource }: Named, instance: string): Generator<Resource> {
  if (resource) yield net.links.get('lo')?.up ? resource : { ...resource, silent: true };
  for (const link of net.links.values()) if (link.instance === instance) yield* onLink(stack, link);
  for (const { resource: route, protocol, link } of net.routes.values()) if (protocol === PROTOCOL && !link.made?.underlay) yield { ...route, in: stack };
  for (const table of net.tables.values()) {
    if (table.instance !== instance) continue;
    yield table.resource;
    yield* table.elements.values();
  }
}

function* onLink(stack: Stack, link: Link): Generator<Resource> {
  if (link.made) yield asItIs(link.made, link);
  if (link.made?.underlay) yield* underlay(stack, link);
  if (link.up) yield { kind: 'up', in: stack, link: link.name };
  if (!link.made?.underlay) for (const address of link.addresses.keys()) yield { kind: 'address', in: stack, link: link.name, address };
  if (!link.made?.underlay) yield* link.neighbours.values();
  yield* link.forwards.values();
  if (link.identity) yield link.identity;
  yield* link.peers.values();
  for (const [mac, port] of link.master?.behind ?? []) if (port === link) yield { kind: 'behind', in: stack, link: link.name, mac };
  if (link.rate !== undefined && link.rate !== 'foreign') yield link.rate;
  if (link.redirect)
    yield {
      kind: 'redirect',
      in: stack,
      link: link.name,
      to: isThere(link.redirect) ? link.redirect.name : '',
      ...(link.spared !== undefined && { but: link.spared }),
    };
}

// What is on a bridge for the host's own is the host's; its own port has the MAC address of which the bridge was made.
function* underlay(stack: Stack, bridge: Link): Generator<Resource> {
  for (const port of bridge.ports)
    if (port.instance !== bridge.instance && port.mac === bridge.mac) yield { kind: 'enslaved', in: stack, link: port.name, master: bridge.name };
}

const isThere = (link: Link): boolean => link.net.links.get(link.name) === link;

// What somebody else may have changed of it: its bridge may have gone without it, and either end has an MTU of its own.
function asItIs({ master: _, mtu, spec, ...made }: NonNullable<Link['made']>, link: Link): Resource {
  const { master, peer } = link;
  return {
    ...made,
    spec: spec.type === 'veth' && peer ? { ...spec, peer: endAsItIs(spec.peer, peer, link) } : spec,
    ...(mtu !== undefined || (!inheritsMtu(spec) && link.mtu !== ETHERNET_MTU) ? { mtu: link.mtu } : {}),
    ...(master ? { master: master.name } : {}),
  };
}

const endAsItIs = ({ master: _, isolated, ...made }: VethPeer, { mtu, master }: Link, link: Link): VethPeer => ({
  ...made,
  ...(mtu !== link.mtu && { mtu }),
  ...(master && master.net === link.net && { master: master.name, ...(isolated && { isolated }) }),
});

/** Everything in a stack. */
export function survey(world: World, stack: Stack, instance: string): Survey {
  const net = netOf(world, stack);
  const isHost = stack === 'host';
  return {
    links: [...net.links.values()].map((link) => linkSeen(link, instance)),
    routes: [...routesSeen(net)],
    tables: isHost ? [...net.tables.values()].map((each) => ({ family: each.resource.family, instance: each.instance, ours: each.instance === instance })) : [],
    lacks: isHost ? [...world.lacks] : [],
    inet6: true,
  };
}

// The mark is on the end that a resource names; the other end of a veth goes with it.
const linkSeen = (link: Link, instance: string): LinkSeen => ({
  name: link.name,
  index: link.index,
  type: link.type,
  up: link.up,
  mac: link.mac,
  mtu: link.mtu,
  group: link.made ? GROUP : NO_GROUP,
  ...(link.made && link.instance !== undefined ? { alias: aliasOf({ id: link.instance }, link.made) } : {}),
  ...(link.master ? { master: link.master.name } : {}),
  ...(link.parent?.net === link.net ? { upon: link.parent.name } : {}),
  ...(link.sorts === undefined ? {} : { sorts: link.sorts }),
  addresses: [...link.addresses.keys()],
  ...(link.altnames && { altnames: link.altnames }),
  ...(link.advertised && { advertised: link.advertised }),
  ...(link.device === undefined ? {} : { device: link.device }),
  ...(link.functions && {
    functions: { most: link.functions.most, count: link.functions.count, devices: link.functions.devices.slice(0, link.functions.count) },
  }),
  ours: link.made !== undefined && link.instance === instance,
  ...(link.made && link.instance !== undefined ? { instance: link.instance } : {}),
});

function* routesSeen(net: Net): Generator<RouteSeen> {
  for (const link of net.links.values()) if (link.up && link.name !== 'lo') yield* connected(link);
  for (const { resource, protocol } of net.routes.values()) {
    if (resource.local) continue;
    const { family, to, via, dev } = resource;
    yield { family, to, ...(via === undefined ? {} : { via }), dev, protocol };
  }
}

function* connected(link: Link): Generator<RouteSeen> {
  for (const to of new Set(link.addresses.values())) yield { family: prefixFamily(to), to, dev: link.name, protocol: RTPROT_KERNEL };
}
