import type { LinkResource, Resource, Stack } from '../../resource/resource.js';
import { addressState, getAddresses } from './address.js';
import { saysAbsent } from './refused.js';
import { SystemError } from './libc.js';
import { getLink, getLinks, type LinkState, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { givenOf } from './mark.js';
import { namespaceNumber } from './namespace-number.js';
import { getNeighbours, neighbourState } from './neighbour.js';
import { isRefusal } from './netlink-socket.js';
import { getRoutes, isChosen, routeState } from './route.js';
import type { Place } from './stacks.js';

const ETHERNET_MTU = 1500;

/** What is ours in these stacks, in the shape in which it was described. A stack that is not there has nothing. */
export function read(machine: Machine, stacks: readonly Stack[] | undefined): readonly Resource[] {
  const files = new Map(machine.namespaces.list().map((each) => [each.resource.in, each]));
  const found: Resource[] = [];
  for (const stack of stacks ?? ['host' as const, ...files.keys()]) {
    const file = files.get(stack);
    if (file) found.push(file.resource);
    if (stack === 'host' || file?.sound) found.push(...ifThere(() => inStack(machine, stack)));
  }
  return found;
}

function inStack(machine: Machine, stack: Stack): readonly Resource[] {
  const place = machine.stacks.get(stack);
  const links = place.route.dump(getLinks, ({ payload }) => linkState(payload));
  const names = new Map(links.map(({ index, name }) => [index, name]));
  const ours = new Set(links.filter((link) => isOurs(machine, place, links, link)).map(({ index }) => index));
  return [
    ...describeLinks(machine, place, links, names),
    ...(ours.size === 0 ? [] : onLinks(place, links, ours, names)),
    ...routes(place, ours, names),
    ...(stack === 'host' ? machine.netfilter.read() : []),
  ];
}

function* onLinks({ stack, route }: Place, links: readonly LinkState[], ours: ReadonlySet<number>, names: ReadonlyMap<number, string>): Generator<Resource> {
  const nameOf = (index: number) => names.get(index) ?? '';
  for (const { index, name, up } of links) if (up && ours.has(index)) yield { kind: 'up', in: stack, link: name };
  for (const { index, address, automatic } of route.dump(getAddresses, ({ payload }) => addressState(payload))) {
    if (ours.has(index) && !automatic) yield { kind: 'address', in: stack, link: nameOf(index), address };
  }
  for (const { index, ip, mac, permanent } of route.dump(getNeighbours, ({ payload }) => neighbourState(payload))) {
    if (ours.has(index) && permanent) yield { kind: 'neighbour', in: stack, link: nameOf(index), ip, mac };
  }
}

function* routes({ stack, route }: Place, ours: ReadonlySet<number>, names: ReadonlyMap<number, string>): Generator<Resource> {
  for (const family of [4, 6] as const) {
    for (const state of dumpRoutes(route, family)) {
      const { to, via, dev, metric } = state;
      const name = dev === undefined ? undefined : names.get(dev);
      // The protocol number alone does not make it ours: another instance on this host writes the same.
      if (dev === undefined || name === undefined || !isChosen(state) || !ours.has(dev)) continue;
      yield { kind: 'route', in: stack, family, to, ...(via === undefined ? {} : { via }), dev: name, ...(metric === undefined ? {} : { metric }) };
    }
  }
}

/** The main table's routes of one family. A namespace in which there never was one has no main table (ENOENT), and no IPv6 has none either. */
export function dumpRoutes(route: Place['route'], family: 4 | 6) {
  return ifThere(() => route.dump(getRoutes(family), ({ payload }) => routeState(payload))).filter((state) => state.family === family);
}

function* describeLinks(machine: Machine, place: Place, links: readonly LinkState[], names: ReadonlyMap<number, string>): Generator<LinkResource> {
  const marked = links.filter((link) => givenOf(machine.instance, link) !== undefined);
  const stacks = marked.some(({ kind }) => kind === 'veth') ? numbered(machine, place) : new Map<number, Stack>();
  for (const link of marked) {
    const given = givenOf(machine.instance, link);
    const spec = link.kind === 'bridge' ? ({ type: 'bridge' } as const) : vethSpec(place, links, link, stacks, given?.peerMac ?? false);
    if (!spec) continue;
    const master = link.master === undefined ? undefined : names.get(link.master);
    yield {
      kind: 'link',
      in: place.stack,
      name: link.name,
      spec,
      ...(given?.mac && link.mac !== undefined ? { mac: link.mac } : {}),
      ...(given?.mtu || link.mtu !== ETHERNET_MTU ? { mtu: link.mtu } : {}),
      ...(master === undefined ? {} : { master }),
    };
  }
}

function vethSpec(place: Place, links: readonly LinkState[], link: LinkState, stacks: ReadonlyMap<number, Stack>, givenMac: boolean): LinkResource['spec'] | undefined {
  if (link.kind !== 'veth') return undefined;
  const peer = otherEnd(place, links, link);
  const { peerNamespace } = link;
  // A namespace whose file is gone while a process is still in it: nobody describes that, so the link will be deleted.
  const stack = peerNamespace === undefined ? place.stack : (stacks.get(peerNamespace) ?? (`ns/?${peerNamespace}` as const));
  return { type: 'veth', peer: { in: stack, name: peer?.name ?? '', ...(givenMac && peer?.mac !== undefined ? { mac: peer.mac } : {}) } };
}

/** Ours are the links that carry our mark, and the other ends of those. */
function isOurs({ instance }: Machine, place: Place, links: readonly LinkState[], link: LinkState): boolean {
  if (givenOf(instance, link)) return true;
  const peer = link.kind === 'veth' ? otherEnd(place, links, link) : undefined;
  return peer !== undefined && givenOf(instance, peer) !== undefined;
}

function otherEnd({ route }: Place, links: readonly LinkState[], { peer, peerNamespace }: LinkState): LinkState | undefined {
  if (peer === undefined) return undefined;
  if (peerNamespace === undefined) return links.find(({ index }) => index === peer);
  const found = route.ask(getLink({ index: peer, namespace: peerNamespace }), ({ payload }) => linkState(payload));
  return isRefusal(found) ? undefined : found;
}

/** Which of our stacks each number means in the host. */
function numbered({ stacks, namespaces }: Machine, { stack }: Place): ReadonlyMap<number, Stack> {
  const numbers = new Map<number, Stack>();
  if (stack !== 'host') return numbers;
  for (const { resource, sound } of namespaces.list()) {
    const number = sound ? namespaceNumber(stacks, resource.in) : undefined;
    if (number !== undefined) numbers.set(number, resource.in);
  }
  return numbers;
}

// What goes while it is being read is not there.
function ifThere<T>(work: () => readonly T[]): readonly T[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof SystemError && saysAbsent(error.errno)) return [];
    throw error;
  }
}
