import type { ProcessId } from '../../base/process-id.js';
import type { Family, InterfaceAddress } from '../../ip/types.js';
import type { ForeignChain, ForwardedPacket } from '../../resource/firewall.js';
import { atLinkKey, keyOf, linkKey, namespaceKey } from '../../resource/key.js';
import type { AdmissionResource, Key, RouteResource, Stack } from '../../resource/resource.js';
import { ADMISSIONS, IPSEC } from '../../resource/told-as-one.js';
import { dropAddress, putRoute } from './addresses.js';
import { admissionsOf } from './admissions.js';
import { RTPROT_BOOT } from './foreign.js';
import { endLinks, namespaceAt } from './namespaces.js';
import { dropRoute, plug, release, routeKey, unplug } from './links.js';
import { subnetOf } from '../../ip/interface-address.js';
import { endProcess, startProcess } from './processes.js';
import { Undo } from './undo.js';
import { type Link, linkOf, netOf, newLink, type World } from './world.js';

/** What somebody else does on a simulated host. Whoever watches is told the keys of ours that it touches, gathered into one list a burst. */
export class Disturbance {
  readonly #world: World;
  readonly #instance: string;
  readonly #tell: (keys: readonly Key[]) => void;
  #burst = new Set<Key>();

  constructor(world: World, instance: string, tell: (keys: readonly Key[]) => void) {
    this.#world = world;
    this.#instance = instance;
    this.#tell = tell;
  }

  /** `ip link add`: a link of somebody's own, up. */
  async addLink(name: string, type = 'ether'): Promise<void> {
    const link = newLink(netOf(this.#world, 'host'), { name, type });
    plug(new Undo(), link);
    link.up = true;
    if (this.#world.wanted.has(name)) this.#say(linkKey('host', name));
  }

  /** `ip link set name`, of somebody's own. */
  async rename(name: string, to: string): Promise<void> {
    const link = linkOf(netOf(this.#world, 'host'), name);
    const [undo, routes] = [new Undo(), [...link.routes]];
    for (const route of routes) dropRoute(undo, route);
    undo.drop(link.net.links, name);
    link.name = to;
    undo.put(link.net.links, to, link);
    for (const route of routes) putRoute(undo, { ...route, resource: { ...route.resource, dev: to } });
    this.#leadsElsewhere();
  }

  /** `ip route replace default dev`. */
  async sendBy(name: string, family: Family = 4): Promise<void> {
    const net = netOf(this.#world, 'host');
    const resource: RouteResource = { kind: 'route', in: 'host', family, to: 'default', dev: name };
    const [undo, old] = [new Undo(), net.routes.get(routeKey(resource))];
    if (old) dropRoute(undo, old);
    putRoute(undo, { resource, link: linkOf(net, name), protocol: RTPROT_BOOT });
    this.#leadsElsewhere();
  }

  /** Takes our mark off a link: it is somebody else's. */
  async unmark(name: string): Promise<void> {
    const link = linkOf(netOf(this.#world, 'host'), name);
    delete link.instance;
  }

  /** Pulls the cable of somebody else's link out, and plugs it in again. */
  async replug(name: string): Promise<void> {
    const link = linkOf(netOf(this.#world, 'host'), name);
    if (link.instance === this.#instance) return;
    const { master } = link;
    const isUsed = master !== undefined && master.instance !== this.#instance && [...master.ports].some((port) => port.instance === this.#instance);
    if (isUsed) this.#say(atLinkKey('up', 'host', master.name));
    if (isUsed || link.uppers.size > 0 || master?.instance === this.#instance) this.#say(atLinkKey('up', 'host', name));
  }

  /** `ip link delete`. */
  async deleteLink(name: string, stack: Stack = 'host'): Promise<void> {
    const link = linkOf(netOf(this.#world, stack), name);
    for (const each of [link, ...link.ports]) this.#touch(each, keyOfLink(each, stack));
    for (const upper of uppersOf(link)) this.#touch(upper, keyOfLink(upper, upper.made?.in ?? stack));
    unplug(new Undo(), link);
  }

  /** `ip address delete`. */
  async deleteAddress(name: string, address: string, stack: Stack = 'host'): Promise<void> {
    const link = linkOf(netOf(this.#world, stack), name);
    const key = keyOf({ kind: 'address', in: stack, link: name, address: address as InterfaceAddress });
    this.#touch(link, key);
    dropAddress(new Undo(), link, address as InterfaceAddress);
    if (stack === 'host' && link.instance !== this.#instance) this.#leadsElsewhere();
  }

  /** `ip address add`, to a link of somebody's own. */
  async addAddress(name: string, address: string): Promise<void> {
    const link = linkOf(netOf(this.#world, 'host'), name);
    link.addresses.set(address as InterfaceAddress, subnetOf(address as InterfaceAddress));
    if (link.master?.instance === this.#instance) this.#say(atLinkKey('enslaved', 'host', name));
    if (link.instance !== this.#instance) this.#leadsElsewhere();
  }

  /** `ip link add theirs up; ip route add default dev theirs`, in a namespace of somebody's own. */
  async leadOut(path: string, metric?: number): Promise<void> {
    const dev = 'theirs';
    const net = namespaceAt(this.#world, path);
    const link = net.links.get(dev) ?? newLink(net, { name: dev, type: 'ether' });
    if (!net.links.has(dev)) plug(new Undo(), link);
    link.up = true;
    const resource = { kind: 'route', in: 'host', family: 4, to: 'default', dev, ...(metric !== undefined && { metric }) } as const;
    putRoute(new Undo(), { resource, link, protocol: RTPROT_BOOT });
  }

  /** `ip link set nomaster`. */
  async takeOff(name: string): Promise<void> {
    const link = linkOf(netOf(this.#world, 'host'), name);
    if (link.master?.instance === this.#instance) this.#say(atLinkKey('enslaved', 'host', name));
    release(new Undo(), link);
  }

  /** `tc qdisc delete root`. */
  async deleteQueue(name: string, stack: Stack = 'host'): Promise<void> {
    const link = linkOf(netOf(this.#world, stack), name);
    this.#touch(link, atLinkKey('rate', stack, name));
    link.rate = undefined;
  }

  /** `tc qdisc delete ingress`. */
  async deleteIngress(name: string, stack: Stack = 'host'): Promise<void> {
    const link = linkOf(netOf(this.#world, stack), name);
    this.#touch(link, atLinkKey('redirect', stack, name));
    link.redirect = undefined;
  }

  /** `tc qdisc replace root pfifo`, and of `ingress` by `clsact`. */
  async replaceQueues(name: string, stack: Stack = 'host'): Promise<void> {
    const link = linkOf(netOf(this.#world, stack), name);
    this.#touch(link, atLinkKey('rate', stack, name));
    this.#touch(link, atLinkKey('redirect', stack, name));
    link.rate = 'foreign';
    link.redirect = undefined;
  }

  /** `ip link set mtu`. */
  async setMtu(name: string, mtu: number, stack: Stack = 'host'): Promise<void> {
    const link = linkOf(netOf(this.#world, stack), name);
    this.#touch(link, keyOfLink(link, stack));
    link.mtu = mtu;
  }

  /** `umount` and `rm` of a namespace's file in which no process is: it ends, with all that is inside and leads into it. */
  async deleteNamespace(stack: Stack): Promise<void> {
    const net = netOf(this.#world, stack);
    this.#say(namespaceKey(stack));
    endLinks(this.#world, new Undo(), net);
    this.#world.stacks.delete(stack);
    for (const [path, at] of this.#world.paths) if (at === net) this.#world.paths.delete(path);
  }

  /** `nft flush ruleset`. */
  async flushRuleset(stack: Stack = 'host'): Promise<void> {
    const { tables } = netOf(this.#world, stack);
    for (const { resource } of tables.values()) this.#say(keyOf(resource));
    tables.clear();
    if (stack !== 'host') return;
    for (const family of this.#world.docker.keys()) await this.deleteDockerUser(family);
  }

  /** `ip xfrm state flush`, or `policy`. */
  async flushIpsec(kind: 'transform' | 'policy'): Promise<void> {
    for (const [key, resource] of this.#world.ipsec) if (resource.kind === kind && this.#world.ipsec.delete(key)) this.#say(IPSEC);
  }

  /** `sysctl -w`: whoever watches is told of the host's own forwarding alone, as with Linux. */
  async writeSysctl(path: string, value: string, stack: Stack = 'host'): Promise<void> {
    netOf(this.#world, stack).sysctls.set(path, value);
    if (stack === 'host' && TOLD.has(path)) this.#say(keyOf({ kind: 'sysctl', in: stack, path, value }));
  }

  /** Docker makes its chain DOCKER-USER, or makes it empty. */
  async makeDockerUser(family: AdmissionResource['family']): Promise<void> {
    this.#world.docker.set(family, new Map());
    this.#say(ADMISSIONS);
  }

  /** The chain goes. */
  async deleteDockerUser(family: AdmissionResource['family']): Promise<void> {
    this.#world.docker.delete(family);
    this.#say(ADMISSIONS);
  }

  /** Puts a chain on the way of what is forwarded; it is gone when the returned function is called. */
  async closeForwarding(chain: ForeignChain, drops: (packet: ForwardedPacket) => boolean = () => true): Promise<() => void> {
    const { firewalls } = this.#world;
    const firewall = { chain, drops };
    firewalls.push(firewall);
    return () => void firewalls.splice(firewalls.indexOf(firewall), 1);
  }

  /** Starts a process; its pid is one that was given before where `pid` says so. */
  async startProcess(pid?: number): Promise<ProcessId> {
    return startProcess(this.#world, pid);
  }

  /** `kill -9`. */
  async endProcess(pid: number): Promise<void> {
    endProcess(this.#world, pid);
  }

  #leadsElsewhere(): void {
    if (admissionsOf(this.#world, this.#instance).length > 0) this.#say(ADMISSIONS);
  }

  #touch(link: Link, key: Key): void {
    if (link.instance === this.#instance) this.#say(key);
  }

  #say(key: Key): void {
    if (this.#burst.size === 0) setImmediate(() => this.#end());
    this.#burst.add(key);
  }

  #end(): void {
    const keys = [...this.#burst];
    this.#burst = new Set();
    this.#tell(keys);
  }
}

const TOLD: ReadonlySet<string> = new Set(['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding']);

function uppersOf({ uppers }: Link): readonly Link[] {
  return [...uppers].flatMap((upper) => [upper, ...uppersOf(upper)]);
}

// The other end of a veth is known by the resource that made both.
const keyOfLink = ({ name, made, peer }: Link, stack: Stack): Key => {
  const resource = made ?? peer?.made;
  return resource ? keyOf(resource) : linkKey(stack, name);
};
