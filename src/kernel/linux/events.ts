import { subnetOf } from '../../ip/interface-address.js';
import { atLinkKey, keyOf, linkKey, namespaceKey } from '../../resource/key.js';
import { leadsToGuests } from '../../resource/leads-to-guests.js';
import { subject } from '../../resource/order.js';
import type { Key, Plan, Resource, Stack } from '../../resource/resource.js';
import { ADMISSIONS, IPSEC } from '../../resource/told-as-one.js';
import { addressState } from './address.js';
import { alike } from './alike.js';
import { RTM_DELADDR, RTM_NEWADDR } from './constants/address.js';
import { RTMGRP_IPV4_IFADDR, RTMGRP_IPV4_ROUTE, RTMGRP_IPV6_IFADDR, RTMGRP_IPV6_ROUTE, RTMGRP_LINK, RTMGRP_TC } from './constants/groups.js';
import { RTM_DELLINK, RTM_NEWLINK } from './constants/link.js';
import { RTM_DELROUTE, RTM_NEWROUTE, RTPROT_KERNEL } from './constants/route.js';
import { RTM_DELQDISC, RTM_DELTFILTER, RTM_NEWQDISC, RTM_NEWTFILTER } from './constants/traffic.js';
import { DeletedFiles } from './deleted-files.js';
import { openIpsecEvents } from './ipsec/ipsec-events.js';
import { ForwardingEvents } from './forwarding-events.js';
import type { HeardLinks } from './heard-links.js';
import { vlansState } from './link/bridge-vlans.js';
import { isKept, KnownLinks } from './known-links.js';
import { type LinkState, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { givenOf, nameOf } from '../../resource/mark.js';
import { readMovedMark } from '../../resource/moved.js';
import { AF_UNSPEC, NETLINK_ROUTE } from './netlink/constants.js';
import { messages, type NetlinkMessage, u8, u32 } from './netlink/reader.js';
import { NetlinkSocket } from './netlink-socket.js';
import { isLocal, isMarked, isOfSubnet, isWayOut, type RouteState, routeState } from './route.js';
import { RuleEvents } from './rule-events.js';
import { queueState } from './traffic/queue-state.js';
import { TunnelEvents } from './tunnel-events.js';

const ROUTE_GROUPS = RTMGRP_LINK | RTMGRP_TC | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE | RTMGRP_IPV6_ROUTE;
const BUFFER = 16 << 20;
/** Where the index is in struct ifinfomsg (include/uapi/linux/rtnetlink.h). */
const INDEX_AT = 4;

/**
 * What happens in the host's stack, and to tunnels wherever they are, reduced to keys of ours that somebody else touched. What we cause ourselves carries the
 * port of our sockets or, where the kernel does not say who caused it, is there when our request returns: `gather` is
 * called then, and tells nothing of what the change is `Doing`. If somebody does the same to the same link at that moment,
 * the look that follows each mending finds it.
 */
export class Events {
  readonly #machine: Machine;
  readonly #route: NetlinkSocket;
  readonly #rules: RuleEvents;
  readonly #forwarding: ForwardingEvents;
  readonly #ipsec: NetlinkSocket | undefined;
  readonly #links: KnownLinks;
  readonly #files: DeletedFiles;
  readonly #touched = new Set<Key>();
  readonly #tunnels: TunnelEvents;
  /** What was told last of links that are being changed by us: between that and how they were is nobody else's. */
  readonly #last = new Map<number, NetlinkMessage>();

  constructor(machine: Machine) {
    const { stacks } = machine;
    this.#machine = machine;
    stacks.enter('host');
    this.#route = NetlinkSocket.open(NETLINK_ROUTE, ROUTE_GROUPS).widen(BUFFER);
    this.#rules = new RuleEvents(machine, this.#touched, BUFFER);
    this.#forwarding = new ForwardingEvents(machine.doing, this.#touched);
    this.#ipsec = openIpsecEvents()?.widen(BUFFER);
    this.#files = new DeletedFiles(stacks.directory);
    this.#tunnels = new TunnelEvents(machine, this.#touched);
    this.#links = new KnownLinks(machine.instance);
    this.#links.learn(stacks.host.route);
  }

  /** What goes through our sockets on rules, as they are now, is not heard from now on. */
  readonly passOwn = (): void => this.#rules.passOwn();

  /** What to poll. */
  get descriptors(): readonly number[] {
    return [this.#route.fd, this.#rules.fd, this.#forwarding.fd, this.#files.fd, ...(this.#ipsec ? [this.#ipsec.fd] : []), ...this.#tunnels.descriptors];
  }

  /** Whether there is something to tell. */
  get pending(): boolean {
    return this.#touched.size > 0;
  }

  /** Whether a transaction on our rules was heard to its end: nothing more of it will come. */
  get whole(): boolean {
    return this.#rules.whole;
  }

  /** The keys since the last call. */
  take(): readonly Key[] {
    const keys = [...this.#touched];
    this.#rules.told();
    this.#touched.clear();
    return keys;
  }

  /** The host's links, now. */
  links(): HeardLinks {
    this.gather();
    return { ours: this.#links.ours, strange: new Set(this.#links.strange.keys()) };
  }

  /** Reads what is there. */
  gather(): void {
    this.#gatherRoute();
    this.#rules.gather();
    this.#forwarding.gather();
    this.#gatherIpsec();
    this.#gatherFiles();
    this.#tunnels.gather();
  }

  close(): void {
    this.#route.close();
    this.#rules.close();
    this.#forwarding.close();
    this.#ipsec?.close();
    this.#files.close();
    this.#tunnels.close();
  }

  /** These are about to be made or deleted: nothing here is to keep a namespace alive. */
  beforePlan(plan: Plan): void {
    for (const each of plan.map(subject)) if (each.kind === 'namespace') this.#tunnels.leave(each.in);
  }

  /** These are there: a stack with a tunnel is heard from now on. */
  follow(resources: Iterable<Resource>): void {
    for (const each of resources) if (each.kind === 'link' && each.spec.type === 'vxlan' && each.in !== 'host') this.#tunnels.follow(each.in);
  }

  #gatherRoute(): void {
    for (let batch = this.#route.receive(); batch !== undefined; batch = this.#route.receive()) {
      if (batch === 'overrun') this.#lost();
      else for (const message of messages(batch)) this.#hear(message);
    }
    for (const message of this.#last.values()) this.#changed(message);
    this.#last.clear();
  }

  #gatherIpsec(): void {
    const { port } = this.#machine.ipsec;
    for (let batch = this.#ipsec?.receive(); batch !== undefined; batch = this.#ipsec?.receive())
      if (batch === 'overrun' || [...messages(batch)].some((message) => message.port !== port)) this.#touched.add(IPSEC);
  }

  // A namespace whose file is gone.
  #gatherFiles(): void {
    for (const stack of this.#files.take().map((name): Stack => `ns/${name}`)) {
      this.#tunnels.leave(stack);
      if (!this.#machine.doing.lowers(namespaceKey(stack))) this.#touched.add(namespaceKey(stack));
    }
  }

  #hear(message: NetlinkMessage): void {
    switch (message.type) {
      case RTM_NEWLINK:
      case RTM_DELLINK:
        return this.#link(message);
      case RTM_NEWADDR:
      case RTM_DELADDR:
        return this.#address(message);
      case RTM_NEWROUTE:
      case RTM_DELROUTE:
        return this.#path(message);
      case RTM_NEWQDISC:
      case RTM_DELQDISC:
      case RTM_NEWTFILTER:
      case RTM_DELTFILTER:
        return this.#traffic(message);
    }
  }

  /** Whether we did it: the message names our socket, or nobody's, and the change that is being made is about this link and can have caused it. */
  #isOurs({ port }: NetlinkMessage, name: string, lowers: boolean): boolean {
    const { doing, stacks } = this.#machine;
    if (port !== 0) return port === stacks.host.route.port;
    const key = linkKey('host', name);
    return lowers ? doing.lowers(key) : doing.touches(key);
  }

  #link(message: NetlinkMessage): void {
    const { type, payload } = message;
    // What a port is to its bridge is told once more for the bridge alone (AF_BRIDGE): its leaving as a deletion.
    if (u8(payload) !== AF_UNSPEC) return type === RTM_NEWLINK ? this.#sorted(message) : undefined;
    const index = u32(payload, INDEX_AT);
    this.#last.delete(index);
    // The kernel tells of each step of an attachment, half a dozen for each link, of 2 kB.
    if (type === RTM_NEWLINK && this.#isBeingMade(message, index)) this.#last.set(index, { ...message, payload: payload.slice() });
    else this.#changed(message);
  }

  // A veth of ours that a plan is about: no step of that is anything to anybody, but for where it ends.
  #isBeingMade(message: NetlinkMessage, index: number): boolean {
    const link = this.#links.ours.get(index);
    return link?.kind === 'veth' && this.#isOurs(message, this.#nameOf(link), false);
  }

  #changed(message: NetlinkMessage): void {
    const { type, payload } = message;
    const now = linkState(payload);
    this.#borrowed(message, now.index, now);
    this.#fell(type, now);
    this.#cameHome(message, now);
    this.#enslaved(message, now);
    this.#returned(type, now);
    this.#otherEnd(message, now);
    this.#wanted(message, now);
    this.#own(message, now);
  }

  // With a link goes what stands upon it.
  #fell(type: number, { index }: LinkState): void {
    const { doing, uppers } = this.#machine;
    if (type === RTM_DELLINK) for (const key of uppers.take(index)) if (!doing.lowers(key)) this.#touched.add(key);
  }

  // One that was in a sandbox: somebody moved it here, or the kernel did, because its namespace has ended.
  #cameHome(message: NetlinkMessage, { alias }: LinkState): void {
    const home = message.type === RTM_NEWLINK ? readMovedMark(alias) : undefined;
    if (home?.instance === this.#machine.instance.id && !this.#isOurs(message, home.link, false)) this.#touched.add(atLinkKey('moved', 'host', home.link));
  }

  // A link upon which one of ours is to stand, and which was not there.
  #wanted(message: NetlinkMessage, { name }: LinkState): void {
    if (message.type === RTM_NEWLINK && this.#machine.uppers.wants(name) && !this.#isOurs(message, name, false)) this.#touched.add(linkKey('host', name));
  }

  // A link of ours.
  #own(message: NetlinkMessage, now: LinkState): void {
    const was = this.#links.ours.get(now.index);
    const gone = message.type === RTM_DELLINK;
    if (gone) this.#links.forget(now.index);
    else if (givenOf(this.#machine.instance, now)) this.#links.ours.set(now.index, now);
    if (!was) return;
    const name = this.#nameOf(was);
    if (this.#isOurs(message, name, gone || (was.up && !now.up)) || this.#leavesWithOurs(was, now)) return;
    if (gone || !alike(was, now)) this.#touched.add(linkKey('host', name));
    if (!gone && was.up !== now.up) this.#touched.add(atLinkKey('up', 'host', name));
  }

  // Told of a port's state, too.
  #sorted(message: NetlinkMessage): void {
    const link = this.#links.ours.get(u32(message.payload, INDEX_AT));
    if (!link || !givenOf(this.#machine.instance, link)?.vlans) return;
    const { index, vlans } = vlansState(message.payload);
    const [was, now] = [this.#links.vlans.get(index), JSON.stringify(vlans)];
    this.#links.vlans.set(index, now);
    const name = this.#nameOf(link);
    if (was !== now && !this.#isOurs(message, name, false)) this.#touched.add(linkKey('host', name));
  }

  // Whatever somebody did to a link that is theirs and that we use.
  #borrowed(message: NetlinkMessage, index: number, now?: LinkState): void {
    const { borrowed } = this.#machine;
    const was = borrowed.get(index);
    if (!was) return;
    const gone = message.type === RTM_DELLINK;
    if (now && !gone && now.mtu === was.mtu && now.up === was.up && (now.promiscuous === true) === was.promiscuous) return;
    if (gone) borrowed.delete(index);
    else if (now) borrowed.set(index, { ...was, mtu: now.mtu, up: now.up, promiscuous: now.promiscuous === true });
    if (!this.#isOurs(message, was.name, true)) this.#touched.add(atLinkKey('borrow', 'host', was.name));
  }

  // A link of somebody else's that is to be a port of ours went, came back, was taken off, or has another MAC address or MTU.
  #enslaved(message: NetlinkMessage, { name, index, master, mac, mtu }: LinkState): void {
    const { enslaved } = this.#machine;
    const known = enslaved.get(name);
    if (!known) return;
    const gone = message.type === RTM_DELLINK;
    enslaved.set(name, { ...known, index: gone ? undefined : index, mac, mtu });
    const bridge = master === undefined ? undefined : this.#links.ours.get(master);
    if (!gone && index === known.index && mac === known.mac && mtu === known.mtu && bridge && this.#nameOf(bridge) === known.master) return;
    if (!this.#isOurs(message, name, true)) this.#touched.add(atLinkKey('enslaved', 'host', name));
  }

  // A link of somebody else's has its carrier again, and leads outside for us: something of ours stands upon it, or it is a port of a bridge that we use.
  #returned(type: number, now: LinkState): void {
    const { index, name, carried, master } = now;
    const { borrowed, enslaved, instance, uppers } = this.#machine;
    const was = this.#links.strange.get(index);
    this.#links.strange.delete(index);
    if (type === RTM_DELLINK || givenOf(instance, now)) return;
    this.#links.strange.set(index, now);
    if (was && was.name !== name) this.#leadsElsewhere();
    if (!was || was.carried || !carried) return;
    const bridge = master !== undefined && borrowed.has(master) ? this.#links.strange.get(master)?.name : undefined;
    if (bridge !== undefined) this.#touched.add(atLinkKey('up', 'host', bridge));
    if (bridge !== undefined || enslaved.has(name) || uppers.bears(index)) this.#touched.add(atLinkKey('up', 'host', name));
  }

  // It carries no mark; it goes with its pair, which is told of by itself.
  #otherEnd(message: NetlinkMessage, now: LinkState): void {
    const own = this.#links.pairOf(now);
    const was = this.#links.ends.get(now.index);
    this.#links.ends.delete(now.index);
    if (!own || message.type === RTM_DELLINK) return;
    this.#links.ends.set(now.index, now);
    const name = this.#nameOf(own);
    if (!was || this.#isOurs(message, name, was.up && !now.up)) return;
    if (!alike(was, now) || was.isolated !== now.isolated) this.#touched.add(linkKey('host', name));
    if (was.up !== now.up) this.#touched.add(atLinkKey('up', 'host', now.name));
  }

  // What somebody gave such a link is for its bridge.
  #given(message: NetlinkMessage, index: number | undefined): void {
    for (const [name, known] of this.#machine.enslaved)
      if (index !== undefined && known.index === index && !this.#isOurs(message, name, true)) this.#touched.add(atLinkKey('enslaved', 'host', name));
  }

  // A port of a bridge that we delete.
  #leavesWithOurs({ master, ...was }: LinkState, now: LinkState): boolean {
    if (master === undefined || !alike(was, now)) return false;
    const bridge = this.#links.ours.get(master);
    return bridge !== undefined && this.#machine.doing.lowers(linkKey('host', this.#nameOf(bridge)));
  }

  // IPv6 addresses are told of when their link gets its carrier, by nobody: what was there already, or is ours, has not been touched.
  #address(message: NetlinkMessage): void {
    const { type, payload } = message;
    const state = addressState(payload);
    if (!state) return;
    // One of IPv6 is told of again when nobody else turned out to have it (RFC 4862 §5.4), and is of use only then.
    if (type === RTM_NEWADDR) for (const key of this.#machine.held.came(state.address)) this.#touched.add(key);
    if (type === RTM_DELADDR) this.#borrowed(message, state.index);
    if (type === RTM_NEWADDR && !state.automatic) this.#given(message, state.index);
    if (!isKept(state)) return;
    const [has, link, other] = [type === RTM_NEWADDR, this.#links.ours.get(state.index), this.#links.strange.get(state.index)];
    const had = this.#links.note(state, has);
    if (!link && had !== has && !leadsToGuests(other?.kind, other?.mac)) this.#leadsElsewhere();
    if (link && had !== has && !state.advertised && !(has && state.marked) && !this.#isOurs(message, this.#nameOf(link), !has))
      this.#touched.add(keyOf({ kind: 'address', in: 'host', link: this.#nameOf(link), address: state.address }));
  }

  #path(message: NetlinkMessage): void {
    const state = routeState(message.payload);
    if (!state) return;
    if (message.type === RTM_NEWROUTE && state.protocol !== RTPROT_KERNEL) this.#given(message, state.dev);
    if (isWayOut(state)) this.#leadsElsewhere();
    if (message.type === RTM_DELROUTE && isOfSubnet(state)) this.#unrouted(message, state);
    if (!isMarked(state)) return;
    const link = state.dev === undefined ? undefined : this.#links.ours.get(state.dev);
    const name = link && this.#nameOf(link);
    if (name !== undefined && !this.#isOurs(message, name, false))
      this.#touched.add(keyOf({ ...state, kind: 'route', in: 'host', dev: name, ...(isLocal(state) ? { local: true } : {}) }));
  }

  // The route that came with addresses of a link of ours.
  #unrouted(message: NetlinkMessage, { dev, to }: RouteState): void {
    const link = dev === undefined ? undefined : this.#links.ours.get(dev);
    if (!link || this.#isOurs(message, this.#nameOf(link), true)) return;
    for (const [each, { advertised }] of this.#links.addresses.get(link.index) ?? [])
      if (!advertised && subnetOf(each) === to) this.#touched.add(keyOf({ kind: 'address', in: 'host', link: this.#nameOf(link), address: each }));
  }

  // Packets may leave the host by another link, or by one of another name or address: rules of ours in Docker's chain name it.
  #leadsElsewhere(): void {
    if (this.#machine.admissions.used) this.#touched.add(ADMISSIONS);
  }

  // Whatever somebody did there: what waits at a link, and where what comes in by it goes. These messages name whose socket it was.
  #traffic({ type, port, payload }: NetlinkMessage): void {
    const link = this.#links.ours.get(u32(payload, INDEX_AT));
    if (!link || port === this.#machine.stacks.host.route.port) return;
    const isQueue = type === RTM_NEWQDISC || type === RTM_DELQDISC;
    this.#touched.add(atLinkKey(isQueue && queueState(payload).at === 'root' ? 'rate' : 'redirect', 'host', this.#nameOf(link)));
  }

  // One that somebody renamed is touched by the name that it is to have.
  #nameOf(link: LinkState): string {
    return nameOf(this.#machine.instance, link);
  }

  // Some were lost: whoever listens is to look at everything.
  #lost(): void {
    for (const link of this.#links.ours.values()) this.#touched.add(linkKey('host', this.#nameOf(link)));
    this.#links.learn(this.#machine.stacks.host.route);
    for (const link of this.#links.ours.values()) this.#touched.add(linkKey('host', this.#nameOf(link)));
    for (const name of this.#machine.uppers.wanted) this.#touched.add(linkKey('host', name));
    this.#rules.touchAll();
    this.#forwarding.touchAll();
  }
}
