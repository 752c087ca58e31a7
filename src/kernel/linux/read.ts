import { ETHERNET_MTU } from '../../ip/ethernet-mtu.js';
import { linkKey } from '../../resource/key.js';
import { inheritsMtu } from '../../resource/parent-of.js';
import type { LinkResource, NamespaceResource, PortVlan, Resource, Stack, VethPeer, VxlanSpec } from '../../resource/resource.js';
import { LOOPBACK_IFINDEX } from './constants/link.js';
import { type AddressState, addressState, getAddresses } from './address.js';
import { behindState, getBehind, isOwn } from './behind.js';
import { dumpRoutes } from './dump-routes.js';
import { forwardState, getForwards } from './forward.js';
import { ENOENT } from './errno.js';
import type { HeardLinks } from './heard-links.js';
import { ifThere } from './if-there.js';
import { SystemError } from './libc.js';
import { getVlans, vlansState } from './link/bridge-vlans.js';
import { getLink, type LinkState, linkState } from './link/link-state.js';
import type { Upper } from './link/upper.js';
import type { Machine } from './machine.js';
import { givenOf, nameOf } from '../../resource/mark.js';
import { namespaceNumber, numberOf } from './namespace-number.js';
import { getNeighbours, neighbourState } from './neighbour.js';
import { isRefusal } from './netlink-socket.js';
import { otherEnd } from './other-end.js';
import { traffic } from './read-traffic.js';
import { saysAbsent } from './refused.js';
import { RT_TABLE_LOCAL, RTPROT_FAIRLEAD } from './constants/route.js';
import { getRoutes, isLocal, isMarked, type RouteState, routeState } from './route.js';
import type { Place } from './stacks.js';
import { unrouted } from './unrouted.js';
import { indexesOf, linksAt, look, lookAt, type View } from './view.js';

/** Where the other ends of the host's veths are: by the index of the host's end. */
export type Ends = Map<number, { readonly stack: Stack; readonly link: LinkState }>;

/** The namespaces that there are, found when somebody wants to know. */
export type Names = () => readonly Stack[];

/** What a reading in parts knows of its parts before. */
export interface Parts {
  readonly ends: Ends;
  /** The host's ends, as they were seen from there. */
  readonly marked: Map<number, LinkState>;
  readonly stacks: Set<Stack>;
  /** The host's links, once they were looked at. */
  host?: View;
}

/** A reading in parts that begins. */
export const noParts = (): Parts => ({ ends: new Map(), marked: new Map(), stacks: new Set() });

/**
 * What is ours in these stacks, in the shape in which it was described. A stack that is not there has nothing. The other
 * ends of the host's veths are found from inside their namespaces, and these ends from there too: the host takes time for each that grows with
 * the number of namespaces (__peernet2id of net/core/net_namespace.c), so that a dump of its links takes the square of that. Where
 * its links were `heard` of there is none.
 */
export function read(machine: Machine, stacks: readonly Stack[] | undefined, heard?: HeardLinks): readonly Resource[] {
  const namespaces = machine.namespaces.list();
  const wanted = new Set<Stack>(stacks ?? ['host', ...namespaces.map((each) => each.in)]);
  const known = machine.stacks.known.filter((stack) => !stacks || wanted.has(stack));
  const looked = wanted.has('host') ? namespaces : namespaces.filter((each) => wanted.has(each.in));
  const parts = noParts();
  const found = readFiles(machine, looked, known, wanted, parts, heard);
  return parts.host ? [...found, ...readNeighbours(machine, parts), ...readTables(machine)] : found;
}

/** The same of these sandboxes as one part of a reading of all, of which the host's stack is the last. */
export function readPart(machine: Machine, stacks: readonly Stack[], parts: Parts): readonly Resource[] {
  for (const stack of stacks) parts.stacks.add(stack);
  const files = stacks.flatMap((stack) => machine.namespaces.find(stack) ?? []);
  return readFiles(machine, files, stacks, new Set(stacks), parts);
}

/** The part after those: the host's links, addresses and routes, and namespaces that were in no part. */
export function readHost(machine: Machine, parts: Parts, heard?: HeardLinks): readonly Resource[] {
  const files = machine.namespaces.list().filter((each) => !parts.stacks.has(each.in));
  const known = machine.stacks.known.filter((stack) => !parts.stacks.has(stack));
  return readFiles(machine, files, known, new Set<Stack>(['host', ...files.map((each) => each.in), ...known]), parts, heard);
}

/** The one after that: who is known to be where by those links. */
export const readNeighbours = (machine: Machine, { host }: Parts): readonly Resource[] => (host ? [...neighbours(machine, host)] : []);

/** The last part: what is ours in the host's tables. */
export const readTables = (machine: Machine): readonly Resource[] => [...machine.netfilter.read('host'), ...machine.admissions.read(), ...machine.ipsec.read()];

// `known` may have lost their files.
function readFiles(
  machine: Machine,
  files: readonly NamespaceResource[],
  known: readonly Stack[],
  wanted: ReadonlySet<Stack>,
  parts: Parts,
  heard?: HeardLinks,
): readonly Resource[] {
  const { ends, marked } = parts;
  machine.stacks.verify();
  const namespaces = once(() => machine.namespaces.list().map((each) => each.in));
  const found: Resource[] = [];
  for (const file of files) {
    const stack = file.in;
    const view = viewOf(machine, stack);
    for (const [index, { link, marked: outer }] of view?.ends ?? []) {
      ends.set(index, { stack, link });
      marked.set(index, outer);
    }
    if (!wanted.has(stack)) continue;
    found.push(view ? asItIs(file, view) : (machine.namespaces.orphan(stack) ?? { ...file, broken: true }));
    if (view) found.push(...ifThere(() => [...describe(machine, view, new Map(), namespaces), ...machine.netfilter.read(stack)]));
  }
  const there = new Set(files.map((file) => file.in));
  for (const stack of known) if (!there.has(stack)) found.push(...lone(machine.namespaces.orphan(stack)));
  if (wanted.has('host')) {
    const view = heard ? lookAt(machine, marked, heard) : look(machine, 'host');
    machine.leaving.learn(view.links);
    parts.host = view;
    found.push(...standing(machine, view, ends, namespaces));
  }
  found.push(...machine.held.list().filter((each) => wanted.has(each.in)));
  return found;
}

function once<T>(find: () => T): () => T {
  let found: { readonly value: T } | undefined;
  return () => (found ??= { value: find() }).value;
}

const lone = (orphan: Resource | undefined): readonly Resource[] => (orphan ? [orphan] : []);

/** A namespace, and whether its loopback was taken down. */
export const asItIs = (file: NamespaceResource, { links }: View): NamespaceResource =>
  links.some(({ index, up }) => index === LOOPBACK_IFINDEX && !up) ? { ...file, silent: true } : file;

/** What is ours on the links of a view, with these links. */
export const describe = (machine: Machine, view: View, ends: Ends, namespaces: Names): readonly Resource[] => [
  ...standing(machine, view, ends, namespaces),
  ...neighbours(machine, view),
];

// But for who is where.
function standing(machine: Machine, view: View, ends: Ends, namespaces: Names): readonly Resource[] {
  // A sandbox's table is small and is read once, whole, after its addresses; the host's only where it is of interest.
  const main = view.place.stack === 'host' ? undefined : once(() => dumpRoutes(view.place.route));
  const addresses = once(() => ownAddresses(machine, view));
  return [
    ...links(machine, view, ends, namespaces, addresses),
    ...enslaved(machine, view),
    ...(view.ours.size === 0 ? [] : [...onLinks(machine, view, addresses(), main), ...traffic(view)]),
    ...routes(machine, view, main),
  ];
}

function* links(machine: Machine, view: View, ends: Ends, namespaces: Names, addresses: () => readonly AddressState[]): Generator<LinkResource> {
  const sorted = view.links.some((link) => givenOf(machine.instance, link)?.vlans) ? vlansIn(view.place) : new Map<number, readonly PortVlan[]>();
  for (const link of view.links) {
    const given = givenOf(machine.instance, link);
    const vlans = given?.vlans && (link.kind !== 'bridge' || link.sorts !== undefined) ? sorted.get(link.index) : undefined;
    const spec = given && specOf(machine, view, link, ends, namespaces, given.peerMac);
    if (!spec) continue;
    const master = link.master === undefined ? undefined : view.names.get(link.master);
    const name = nameOf(machine.instance, link);
    yield {
      kind: 'link',
      in: view.place.stack,
      name,
      spec,
      ...(given.mac && link.mac !== undefined ? { mac: link.mac } : {}),
      ...(given.mtu || (!inheritsMtu(spec) && link.mtu !== ETHERNET_MTU) ? { mtu: link.mtu } : {}),
      ...(master === undefined ? {} : { master }),
      ...(link.isolated ? { isolated: true } : {}),
      ...(link.hairpin ? { hairpin: true } : {}),
      ...(link.told ? { told: true } : {}),
      // How a bridge of an underlay behaves is the host's to say, as its link did.
      ...(link.localnet && !given.underlay ? { localnet: true } : {}),
      ...(link.lldp ? { lldp: true } : {}),
      ...(vlans ? { vlans } : {}),
      ...(link.kind === 'bridge' && link.promiscuous ? { promiscuous: true } : {}),
      ...(given.underlay ? { underlay: true } : {}),
      ...(isStopped(machine, view, link) ? { stopped: true } : {}),
      ...(given.mac && isDeaf(view, link, addresses) ? { deaf: true } : {}),
      ...(link.group === machine.instance.group ? {} : { regrouped: true }),
      ...(link.name === name ? {} : { renamed: link.name }),
    };
  }
}

// A bridge that is down disables its ports, and has them forward when it is up again; whether those of somebody else's forward is for that one's spanning tree protocol to say.
function isStopped({ instance }: Machine, { place, links }: View, { stopped, master }: LinkState): boolean {
  if (!stopped || master === undefined) return stopped;
  const bridge = links.find(({ index }) => index === master) ?? linksAt(place, [master])[0];
  return bridge?.up === true && givenOf(instance, bridge) !== undefined;
}

// A flush of all entries takes the bridge's own along (`bridge fdb flush dev BRIDGE`), and the kernel makes it again with another MAC address alone. By a bridge that
// has an address of ours the host is spoken to; by others nobody does, and in a sandbox it is its programs' own.
function isDeaf({ place: { stack, route } }: View, { kind, index, mac }: LinkState, addresses: () => readonly AddressState[]): boolean {
  if (kind !== 'bridge' || stack !== 'host' || mac === undefined || !addresses().some((each) => each.index === index)) return false;
  const answer = route.ask(getBehind(index, mac), ({ payload }) => isOwn(payload));
  return isRefusal(answer) ? answer.errno === ENOENT : !answer;
}

/** By the index of a port or a bridge. */
const vlansIn = ({ route }: Place): ReadonlyMap<number, readonly PortVlan[]> =>
  new Map(ifThere(() => route.dump(getVlans, ({ payload }) => vlansState(payload))).map(({ index, vlans }) => [index, vlans]));

// A port that is none of ours on a bridge for the host's own, of whose MAC address the bridge was made: what else somebody plugged in there has another.
function* enslaved({ instance }: Machine, { place: { stack }, links, names }: View): Generator<Resource> {
  const bridges = new Map(links.filter((link) => givenOf(instance, link)?.underlay).map((link) => [link.index, link]));
  for (const { name, mac, master, ...link } of links) {
    const bridge = master === undefined || givenOf(instance, link) ? undefined : bridges.get(master);
    if (bridge && bridge.mac === mac) yield { kind: 'enslaved', in: stack, link: name, master: names.get(bridge.index) ?? bridge.name };
  }
}

function specOf(machine: Machine, view: View, link: LinkState, ends: Ends, namespaces: Names, givenMac: boolean): LinkResource['spec'] | undefined {
  if (link.kind === 'bridge' || link.kind === 'ifb' || link.kind === 'dummy' || link.kind === 'wireguard') return { type: link.kind };
  if (link.tunnel) return tunnelSpec(machine, view.place, link, link.tunnel, namespaces);
  if (link.tap) return link.tap;
  if (link.upper) return upperSpec(machine, view, link, link.upper);
  return vethSpec(machine, view, link, ends, namespaces, givenMac);
}

// The parent of a sandbox's link is a link of the host's.
function upperSpec(machine: Machine, { place }: View, link: LinkState, upper: Upper): LinkResource['spec'] {
  const { peer, peerNamespace } = link;
  const { route } = peerNamespace === undefined ? place : machine.stacks.host;
  const found = peer === undefined ? undefined : route.ask(getLink({ index: peer }), ({ payload }) => linkState(payload));
  const parent = found === undefined || isRefusal(found) ? undefined : found;
  if (parent && (peerNamespace !== undefined || place.stack === 'host')) machine.uppers.add(parent.index, linkKey(place.stack, nameOf(machine.instance, link)));
  return { ...upper, parent: parent ? nameOf(machine.instance, parent) : '' };
}

// What sends by the stack of the host or by its own is asked for first: that may be one of thousands.
function tunnelSpec({ stacks }: Machine, place: Place, { peerNamespace }: LinkState, tunnel: VxlanSpec, namespaces: Names): VxlanSpec {
  if (peerNamespace === undefined) return place.stack === 'host' ? tunnel : { ...tunnel, by: place.stack };
  if (numberOf(place, stacks.host.namespace) === peerNamespace) return tunnel;
  return { ...tunnel, by: namespaces().find((each) => namespaceNumber(stacks, place, each) === peerNamespace) ?? `ns/?${peerNamespace}` };
}

function vethSpec(machine: Machine, view: View, link: LinkState, ends: Ends, namespaces: Names, givenMac: boolean): LinkResource['spec'] | undefined {
  if (link.kind !== 'veth') return undefined;
  const known = ends.get(link.index);
  const end = known?.link.index === link.peer ? known : undefined;
  const other = end?.link ?? otherEnd(view.place, view.links, link);
  const stack = end?.stack ?? stackOf(machine, view.place, link, namespaces);
  return {
    type: 'veth',
    peer: {
      in: stack,
      name: other?.name ?? '',
      ...(givenMac && other?.mac !== undefined ? { mac: other.mac } : {}),
      ...(other !== undefined && other.mtu !== link.mtu ? { mtu: other.mtu } : {}),
      ...(stack === view.place.stack && other ? portOf(view, other) : {}),
    },
  };
}

// In a sandbox of its own an end is its programs' to plug in.
function portOf({ names }: View, { master, isolated }: LinkState): Pick<VethPeer, 'master' | 'isolated'> {
  const bridge = master === undefined ? undefined : names.get(master);
  return { ...(bridge !== undefined && { master: bridge }), ...(isolated && { isolated }) };
}

// A namespace whose file is gone while a process is still in it has a name that nobody describes: the link will be deleted.
function stackOf({ stacks }: Machine, place: Place, { peerNamespace }: LinkState, namespaces: Names): Stack {
  if (peerNamespace === undefined) return place.stack;
  return namespaces().find((each) => namespaceNumber(stacks, place, each) === peerNamespace) ?? `ns/?${peerNamespace}`;
}

// What is on a bridge for the host's own is the host's.
const underlays = ({ instance }: Machine, { links }: View): ReadonlySet<number> =>
  new Set(links.filter((link) => givenOf(instance, link)?.underlay).map(({ index }) => index));

// What is asked for what is on our links: their indexes but for those whose belongings are the host's, which of them to dump by, and how each is called.
function ownLinks(machine: Machine, view: View) {
  const theirs = underlays(machine, view);
  const ours: ReadonlySet<number> = new Set([...view.ours].filter((index) => !theirs.has(index)));
  const { place, links } = view;
  return { stack: place.stack, route: place.route, links, ours, among: indexesOf(view.only), called: (index: number) => view.names.get(index) ?? '' };
}

function ownAddresses(machine: Machine, view: View): readonly AddressState[] {
  const { route, ours, among } = ownLinks(machine, view);
  const addresses = among.flatMap((at) => ifThere(() => route.dump(getAddresses(at), ({ payload }) => addressState(payload))));
  return addresses.filter(({ index, automatic }) => ours.has(index) && !automatic);
}

function* onLinks(machine: Machine, view: View, own: readonly AddressState[], main?: () => readonly RouteState[]): Generator<Resource> {
  const { stack, links, ours, called } = ownLinks(machine, view);
  for (const { index, up } of links) if (up && view.ours.has(index)) yield { kind: 'up', in: stack, link: called(index) };
  const lost = unrouted(view, own, main?.());
  for (const each of own) yield { kind: 'address', in: stack, link: called(each.index), address: each.address, ...(lost.has(each) ? { unrouted: true } : {}) };
  for (const { index, kind } of links) if (kind === 'wireguard' && ours.has(index)) yield* ifThere(() => machine.wireguard.read(stack, called(index)));
}

function* neighbours(machine: Machine, view: View): Generator<Resource> {
  if (view.ours.size === 0) return;
  const { stack, route, links, ours, among, called } = ownLinks(machine, view);
  for (const { index, ip, mac, permanent } of among.flatMap((at) => ifThere(() => route.dump(getNeighbours(at), ({ payload }) => neighbourState(payload))))) {
    if (ours.has(index) && permanent) yield { kind: 'neighbour', in: stack, link: called(index), ip, mac };
  }
  const told = new Set(links.filter(({ index, tunnel, told }) => (tunnel || told) && ours.has(index)).map(({ index }) => index));
  if (told.size === 0) return;
  const entries = among.flatMap((at) =>
    ifThere(() => route.dump(getForwards(at), ({ payload }) => ({ forward: forwardState(payload), behind: behindState(payload) }))),
  );
  for (const { forward, behind } of entries) {
    if (forward && told.has(forward.index)) yield { kind: 'forward', in: stack, link: called(forward.index), mac: forward.mac, to: forward.to };
    if (behind && told.has(behind.index)) yield { kind: 'behind', in: stack, link: called(behind.index), mac: behind.mac };
  }
}

function* routes(machine: Machine, view: View, main?: () => readonly RouteState[]): Generator<Resource> {
  const {
    place: { stack, route },
    ours,
    borrowed,
    names,
    only,
  } = view;
  const found = main?.() ?? indexesOf(only).flatMap((at) => [...dumpRoutes(route, at, RTPROT_FAIRLEAD), ...localRoutes(route, at)]);
  const theirs = underlays(machine, view);
  for (const state of found) {
    const { family, to, via, dev, source, metric } = state;
    const name = dev === undefined ? undefined : names.get(dev);
    // The link alone does not make it ours (a program in the sandbox adds routes of its own), nor the number (so does another instance).
    if (dev === undefined || name === undefined || !isMarked(state) || !(ours.has(dev) || borrowed.has(dev)) || theirs.has(dev)) continue;
    yield {
      kind: 'route',
      in: stack,
      family,
      to,
      ...(via === undefined ? {} : { via }),
      dev: name,
      ...(source === undefined || isLocal(state) ? {} : { source }),
      ...(metric === undefined ? {} : { metric }),
      ...(isLocal(state) ? { local: true } : {}),
    };
  }
}

/** The IPv6 routes of the host's local table: among its own addresses, those that we let in by a link of ours. */
const localRoutes = (route: Place['route'], index: number): readonly RouteState[] =>
  ifThere(() => route.dump(getRoutes(6, index, RT_TABLE_LOCAL, RTPROT_FAIRLEAD), ({ payload }) => routeState(payload))).filter(({ family }) => family === 6);

/** The links of a sandbox's stack; undefined where its file leads to none. */
export function viewOf(machine: Machine, stack: Stack): View | undefined {
  try {
    return look(machine, stack);
  } catch (error) {
    if (error instanceof SystemError && saysAbsent(error.errno)) return undefined;
    throw error;
  }
}
