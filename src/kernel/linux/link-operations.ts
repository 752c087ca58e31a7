import { ETHERNET_MTU } from '../../ip/ethernet-mtu.js';
import { carriesIpv6 } from '../../ip/carries-ipv6.js';
import { linkKey } from '../../resource/key.js';
import { linkChange, type PeerChange } from '../../resource/link-change.js';
import type { LinkResource, Operation, Stack, TapSpec, UpperSpec, UpResource, VethPeer, VxlanSpec } from '../../resource/resource.js';
import { hasInet6 } from './machine.js';
import { replaceOwn } from './behind.js';
import { addBridge, setBridge } from './link/bridge.js';
import { addPlain } from './link/plain.js';
import { setVlans } from './link/bridge-vlans.js';
import { type LinkSetting, setForwarding, setLink, setPort } from './link/set-link.js';
import { addUpper } from './link/upper.js';
import { addVeth } from './link/veth.js';
import { addVxlan } from './link/vxlan.js';
import { aliasOf } from '../../resource/mark.js';
import { deletion, entry, type Sheet } from './sheet.js';
import { makeTap } from './tap.js';

/**
 * Makes a link: one message with all that can go into it, its group included, and a second on the new index with what
 * cannot (the alias, and no link-local address). A veth's other end gets its part with what is said to its own stack.
 */
export function createLink(sheet: Sheet, operation: Operation, resource: LinkResource): void {
  const { in: stack, name, spec, master, localnet, promiscuous } = resource;
  const { instance, stacks } = sheet.machine;
  const quiet = hasInet6(sheet.machine, resource.mtu);
  if ('parent' in spec) return createUpper(sheet, operation, resource, spec);
  if (spec.type === 'vxlan' || spec.type === 'wireguard') return createTunnel(sheet, operation, resource, spec);
  if (spec.type === 'tap') return createTap(sheet, operation, resource, spec);
  const upper = master === undefined ? {} : { master: sheet.indexOf(stack, master) };
  const placement = { index: sheet.newIndex(stack), group: instance.group, ...upper };
  if (spec.type === 'bridge') sheet.say(stack, entry(operation, addBridge(nearly(resource), placement)));
  else if (spec.type === 'ifb' || spec.type === 'dummy') {
    sheet.say(stack, entry(operation, addPlain(resource, placement)));
    hush(sheet, operation, stack, placement.index, resource.mtu);
  } else {
    const { peer } = spec;
    const index = sheet.newIndex(peer.in);
    const place = { ...peer, index, ...(peer.in === stack ? {} : { namespace: stacks.get(peer.in).namespace }) };
    sheet.say(stack, entry(operation, addVeth(resource, placement, place)));
    sheet.learn(peer.in, peer.name, index);
    if (quiet) sheet.sayLater(peer.in, entry(operation, setLink(index, { quiet: true })));
    if (peer.master !== undefined) sayPort(sheet, operation, peer, index, peer);
  }
  sheet.learn(stack, name, placement.index);
  // Before it is set up: a port that is to be isolated never carries a frame that it must not, and one that is told never learns.
  if (resource.isolated || resource.hairpin || resource.told) sheet.say(stack, entry(operation, setPort(placement.index, resource)));
  if (resource.vlans) for (const each of setVlans(placement.index, resource.vlans, spec.type === 'bridge')) sheet.say(stack, entry(operation, each));
  const pinned = spec.type === 'bridge' && resource.mtu !== undefined ? { mtu: resource.mtu } : {};
  sheet.sayFresh(
    stack,
    name,
    placement.index,
    { alias: aliasOf(instance, resource), quiet, ...pinned, ...(localnet && { localnet }), ...(promiscuous && { promiscuous }) },
    operation,
  );
}

/** The index of the link upon which another is to stand: whoever waits for it hears when it comes. */
export function parentOf(sheet: Sheet, { parent }: UpperSpec): number {
  sheet.machine.uppers.want(parent);
  return sheet.indexOf('host', parent);
}

/**
 * One upon another is said to the host's stack, which knows the parent, and is made where it belongs. It has an index that the host has not
 * given either: kernels before 6.15 look there for whether it is taken.
 */
function createUpper(sheet: Sheet, operation: Operation, resource: LinkResource, spec: UpperSpec): void {
  const { in: stack, name, master } = resource;
  const { instance, stacks, uppers } = sheet.machine;
  const [parent, index] = [parentOf(sheet, spec), sheet.newIndex('host')];
  uppers.found(spec.parent, parent, linkKey(stack, name));
  const namespace = stack === 'host' ? {} : { namespace: stacks.get(stack).namespace };
  const port = master === undefined ? {} : { master: sheet.indexOf(stack, master) };
  sheet.say('host', entry(operation, addUpper(resource, { index, group: instance.group, parent, ...namespace, ...port }, spec)));
  sheet.learn(stack, name, index);
  hush(sheet, operation, stack, index, resource.mtu);
  sheet.sayFresh(stack, name, index, { alias: aliasOf(instance, resource) }, operation);
}

// What has a carrier from the start: a message that sets it up as well would do that first (do_setlink of net/core/rtnetlink.c).
function hush(sheet: Sheet, operation: Operation, stack: Stack, index: number, mtu: number | undefined): void {
  if (hasInet6(sheet.machine, mtu)) sheet.say(stack, entry(operation, setLink(index, { quiet: true })));
}

// At once, since rtnetlink makes none: it stands upon nothing but its namespace.
function createTap(sheet: Sheet, operation: Operation, resource: LinkResource, spec: TapSpec): void {
  const index = sheet.newIndex(resource.in);
  makeTap(sheet.machine, resource, spec, index);
  sheet.learn(resource.in, resource.name, index);
  sheet.done(operation);
}

/** Said to the stack by which it sends, in which its socket is, and made where it belongs: there its bridge is, too. */
function createTunnel(sheet: Sheet, operation: Operation, resource: LinkResource, spec: VxlanSpec | { readonly type: 'wireguard' }): void {
  const { in: stack, name, master } = resource;
  const { instance, stacks } = sheet.machine;
  const by = ('by' in spec ? spec.by : undefined) ?? 'host';
  const index = sheet.newIndex('host');
  const namespace = stack === by ? {} : { namespace: stacks.get(stack).namespace };
  const upper = master === undefined ? {} : { master: sheet.indexOf(stack, master) };
  const placement = { index, group: instance.group, ...namespace, ...upper };
  sheet.say(by, entry(operation, spec.type === 'vxlan' ? addVxlan(resource, placement, spec) : addPlain(resource, placement)));
  sheet.learn(stack, name, index);
  hush(sheet, operation, stack, index, resource.mtu);
  if (resource.told) sheet.say(stack, entry(operation, setPort(index, resource)));
  sheet.sayFresh(stack, name, index, { alias: aliasOf(instance, resource) }, operation);
}

// A bridge follows the MTUs of its ports until somebody has changed its own (br_mtu_auto_adjust of net/bridge/br_if.c), and
// setting what is there already is no change. One that is given an MTU is made with its neighbour first.
const nearly = (resource: LinkResource): LinkResource => (resource.mtu === undefined ? resource : { ...resource, mtu: besides(resource.mtu) });

const besides = (mtu: number): number => (mtu > ETHERNET_MTU ? mtu - 1 : mtu + 1);

/** Changes what can be changed of a link; `remade` says when it cannot. */
export function changeLink(sheet: Sheet, operation: Operation, from: LinkResource, to: LinkResource): void {
  const { instance } = sheet.machine;
  const { mtu, mac, master, isolated, hairpin, told, localnet, lldp, vlans, sorts, promiscuous, regroup, restart, hear, name, peer } = linkChange(from, to);
  const port = isolated !== undefined || hairpin !== undefined || told !== undefined;
  const index = sheet.indexOf(to.in, from.renamed ?? to.name);
  sheet.learn(to.in, to.name, index);
  if (to.spec.type === 'bridge' && to.mtu !== undefined && mtu !== undefined) sheet.say(to.in, entry(operation, setLink(index, { mtu: besides(mtu) })));
  const own: LinkSetting = {
    ...(name !== undefined && { name }),
    ...(mtu !== undefined && { mtu }),
    ...(mac !== undefined && { mac }),
    ...(master !== undefined && { master: master === '' ? 0 : sheet.indexOf(to.in, master) }),
    ...(localnet !== undefined && { localnet }),
    ...(promiscuous !== undefined && { promiscuous }),
    ...(regroup && { group: instance.group }),
    alias: aliasOf(instance, to),
  };
  sheet.say(to.in, entry(operation, setLink(index, own)));
  if (regainsInet6(from.mtu, mtu)) hush(sheet, operation, to.in, index, mtu);
  if (port) sheet.say(to.in, entry(operation, setPort(index, to)));
  const bridge = { ...(lldp !== undefined && { lldp }), ...(sorts !== undefined && { sorts }), ...(restart && to.spec.type === 'bridge' && { stp: false }) };
  if (Object.keys(bridge).length > 0) sheet.say(to.in, entry(operation, setBridge(index, bridge)));
  if (restart && to.spec.type !== 'bridge') sheet.say(to.in, entry(operation, setForwarding(index)));
  if (hear !== undefined) sheet.say(to.in, entry(operation, replaceOwn(index, hear)));
  if (vlans !== undefined) for (const each of setVlans(index, vlans, to.spec.type === 'bridge')) sheet.say(to.in, entry(operation, each));
  if (to.spec.type !== 'veth' || to.handed || Object.keys(peer).length === 0) return;
  const other = sheet.indexOf(to.spec.peer.in, to.spec.peer.name);
  const { master: onto, isolated: alone, ...plain } = peer;
  if (Object.keys(plain).length > 0) sheet.say(to.spec.peer.in, entry(operation, setLink(other, plain)));
  if (from.spec.type === 'veth' && regainsInet6(from.spec.peer.mtu ?? from.mtu, plain.mtu)) hush(sheet, operation, to.spec.peer.in, other, plain.mtu);
  if (onto !== undefined || alone !== undefined) sayPort(sheet, operation, to.spec.peer, other, peer);
}

// One that was too small for IPv6 begins anew with the kernel's defaults (addrconf_notify of net/ipv6/addrconf.c).
const regainsInet6 = (from: number | undefined, to: number | undefined): boolean => to !== undefined && !carriesIpv6(from) && carriesIpv6(to);

// What the other end of a veth is as a port: it becomes one by a message of its own, since the one that makes the pair says nothing of that.
function sayPort(sheet: Sheet, operation: Operation, { in: stack, isolated: alone }: VethPeer, index: number, { master, isolated }: PeerChange): void {
  if (master !== undefined) sheet.say(stack, entry(operation, setLink(index, { master: master === '' ? 0 : sheet.indexOf(stack, master) })));
  if (isolated !== undefined) sheet.say(stack, entry(operation, setPort(index, alone ? { isolated: alone } : {})));
}

/** Sets a link up: together with its making where nothing came between. */
export function createUp(sheet: Sheet, operation: Operation, { in: stack, link }: UpResource): void {
  if (sheet.setFresh(stack, link, { up: true }, operation)) return;
  sheet.say(stack, entry(operation, setLink(sheet.indexOf(stack, link), { up: true })));
}

export function deleteUp(sheet: Sheet, operation: Operation, { in: stack, link }: UpResource): void {
  const index = sheet.indexIfAny(stack, link);
  if (index !== undefined) sheet.say(stack, deletion(operation, setLink(index, { up: false })));
}
