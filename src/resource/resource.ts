import type { Facts } from '../base/json.js';
import type { Family, InterfaceAddress, Ip, Mac, Prefix } from '../ip/types.js';

/**
 * A network stack: the host's, or a namespace by the name that Fairlead gave it. The name is a fact made once; it says
 * nothing about who uses it, so that a ready slot can be handed over.
 */
export type Stack = 'host' | `ns/${string}`;

/** What identifies a kind of thing in a stack. */
type In<Kind extends string, Body> = { readonly kind: Kind; readonly in: Stack } & Readonly<Body>;

/** A namespace that somebody else made: the path by which it was found, and its cookie, because a path may lead to another later (a pid is given again). */
export interface Adopted {
  readonly path: string;
  readonly cookie: string;
}

/**
 * A network namespace, kept by a file of its name, its loopback up. `broken` is what a kernel answers when the file leads to none,
 * `process` when its file is lost and this process lives on in it, from which it is bound again, and `silent` when somebody took its
 * loopback down; nobody describes these.
 */
export type NamespaceResource = In<'namespace', { adopted?: Adopted; broken?: true; process?: number; silent?: true }>;

/**
 * What a macvlan link exchanges with the others of its parent: `bridge` everything, `private` nothing, `vepa` what a switch sends back
 * to where it came from. A `passthru` one is the parent's only one, and has its MAC address.
 */
export type MacvlanMode = 'bridge' | 'private' | 'vepa' | 'passthru';

/** Where an ipvlan link meets the others of its parent: as neighbours (`l2`), or as hosts behind a router (`l3`; `l3s` shows it to netfilter). */
export type IpvlanMode = 'l2' | 'l3' | 'l3s';

/** What ipvlan links of one parent exchange, as the modes of macvlan have it. */
export type IpvlanFlag = 'bridge' | 'private' | 'vepa';

/**
 * A link upon another one of the host's stack, its `parent`, whoever made that. It sends and receives by its parent, has its MTU or less,
 * and ends with it. One of a sandbox is made there, and never was anywhere else.
 */
export type UpperSpec =
  | { readonly type: 'vlan'; readonly parent: string; readonly id: number }
  | { readonly type: 'macvlan'; readonly parent: string; readonly mode: MacvlanMode }
  | { readonly type: 'ipvlan'; readonly parent: string; readonly mode: IpvlanMode; readonly flag: IpvlanFlag };

/**
 * One end of a tunnel over UDP (RFC 7348), `id` its VNI. What it sends goes by the stack of the host, or by that in `by`, from `local` to `port`, wherever
 * the link itself is. It learns nothing and floods nothing: it sends what entries of `forward` know, and answers ARP and neighbour
 * solicitations itself for those whom a neighbour entry of it names.
 */
export interface VxlanSpec {
  readonly type: 'vxlan';
  readonly id: number;
  readonly port: number;
  readonly local?: Ip;
  readonly by?: Stack;
}

/**
 * A tap: what is sent by it, a program reads from /dev/net/tun, a virtual machine's monitor say, and the other way round. It stays when no program has it
 * open. Whoever may open it is user `owner` and, where there is one, of `group`. A `many` one is opened once for each of several queues, and in no other way.
 */
export interface TapSpec {
  readonly type: 'tap';
  readonly owner: number;
  readonly group?: number;
  readonly many?: true;
}

/**
 * What a link is. `veth` names its other end, which is made together with it, directly in its stack; in the same stack that may be a port of a bridge, too. The other
 * end's `mtu` is what a kernel answers when somebody gave it one of its own; nobody describes that. An `ifb` leads nowhere: what is redirected to it
 * is held to its rate, and goes on where it came from. What is sent by a `dummy` is lost: it is a parent for other links. What is sent by a `wireguard` goes
 * encrypted by the stack of the host, wherever the link itself is, to the host that is the `peer` for its destination, or nowhere.
 */
export type LinkSpec =
  | { readonly type: 'bridge' }
  | { readonly type: 'ifb' }
  | { readonly type: 'dummy' }
  | { readonly type: 'wireguard' }
  | UpperSpec
  | VxlanSpec
  | TapSpec
  | { readonly type: 'veth'; readonly peer: VethPeer };

/** The other end of a veth. `master` and `isolated` are as of a link, where both ends are in one stack. */
export interface VethPeer {
  readonly in: Stack;
  readonly name: string;
  readonly mac?: Mac;
  readonly mtu?: number;
  readonly master?: string;
  readonly isolated?: true;
}

/** The kinds of links. */
export type LinkKind = LinkSpec['type'];

/**
 * VLANs `from` to `to` (1 to 4094) of which a port of a bridge lets frames in and out. `untagged` ones leave without their tag; what comes in without one is of that with
 * `pvid`, which is one VLAN alone.
 */
export interface PortVlan {
  readonly from: number;
  readonly to: number;
  readonly untagged?: true;
  readonly pvid?: true;
}

/**
 * A network interface. `master` is the bridge whose port it is; an `isolated` port exchanges no frames with other isolated ones,
 * and a `hairpin` one sends frames back where they came from. `localnet` lets packets of 127.0.0.0/8 pass it (route_localnet).
 * The addresses and routes of a bridge with `underlay` are the host's, which has them there because a link of its own is `enslaved`: none of ours.
 * A `told` port learns nothing from what comes in by it, and is sent, beside broadcasts and multicasts, only what is `behind` it.
 * A bridge with `lldp` passes frames of LLDP on as any others (group_fwd_mask), so that rules see them; else it hands them to the host as
 * having come in by the port, whatever is in them, and remembers whose they say to be.
 * With `vlans` a bridge sorts frames by VLAN (vlan_filtering), and these are those of the host's own place on it; of a port they are its own, all of them. In ascending
 * order, neighbours of one form as one (`port-vlans.ts`).
 * A `promiscuous` bridge takes frames for itself that are for others (IFF_PROMISC).
 * A `handed` one is made here for another engine to move on, itself or its other end: whatever becomes of that is the engine's, and it is made once.
 * `regrouped` is what a kernel answers when somebody took the link out of its instance's group, `renamed` the name that somebody gave it, `stopped` that somebody turned
 * a bridge's spanning tree protocol on, or that a port of one is up and does not forward, and `deaf` that a bridge does not know its own MAC address any more: what its ports send to the
 * host goes to other ports, if anywhere; nobody describes any of them.
 */
export type LinkResource = In<
  'link',
  {
    name: string;
    spec: LinkSpec;
    mac?: Mac;
    mtu?: number;
    master?: string;
    isolated?: true;
    hairpin?: true;
    told?: true;
    localnet?: true;
    lldp?: true;
    vlans?: readonly PortVlan[];
    promiscuous?: true;
    underlay?: true;
    handed?: true;
    regrouped?: true;
    stopped?: true;
    deaf?: true;
    renamed?: string;
  }
>;

/** That a link is up: a resource of its own, because policy goes before it and routes after. */
export type UpResource = In<'up', { link: string }>;

/**
 * An address of a link, without duplicate address detection (RFC 4862 §5.4; it would delay IPv6 by seconds). `unrouted` is what a kernel answers when
 * somebody deleted the route to its subnet, which came with it; nobody describes it.
 */
export type AddressResource = In<'address', { link: string; address: InterfaceAddress; unrouted?: true }>;

/**
 * A route, protocol number 250. `via` is a gateway; without it the destination is on the link itself. `source` is the address that the host's
 * own packets have there; without it the kernel chooses one. A `local` one says that what comes by that link for this address is for the host
 * (table local); each link may have its own.
 */
export type RouteResource = In<'route', { family: Family; to: Prefix | 'default'; via?: Ip; dev: string; source?: Ip; metric?: number; local?: true }>;

/** A permanent neighbour entry: the MAC address behind an IP address on a link. */
export type NeighbourResource = In<'neighbour', { link: string; ip: Ip; mac: Mac }>;

/** Behind which host a MAC address is, on a tunnel: frames for it are sent there. */
export type ForwardResource = In<'forward', { link: string; mac: Mac; to: Ip }>;

/** That a MAC address is behind this port of a bridge, wherever else a frame says to come from. */
export type BehindResource = In<'behind', { link: string; mac: Mac }>;

/** What a table judges: packets of both IP versions, or the frames that come in by the ports of bridges. */
export type TableFamily = 'inet' | 'bridge';

/**
 * How fast a link sends: `rate` bits a second, whole bytes of them, with all of Ethernet's frames but preamble and checksum. After a pause `burst` bytes go at once;
 * `heldBurst` gives what a kernel holds of that. What is faster waits for a while (`queueOf`), and is dropped then. `altered` is what a kernel answers
 * when somebody changed anything else about it; nobody describes that.
 */
export type RateResource = In<'rate', { link: string; rate: number; burst: number; altered?: true }>;

/**
 * All that comes in by a link is sent by another one: through an `ifb` it comes in then, from one end of a sandbox to the other it passes the sandbox's stack by.
 * `to` is empty where it leads elsewhere. What asks the stack itself is left to it: for DHCP, and for names at the address `but`.
 */
export type RedirectResource = In<'redirect', { link: string; to: string; but?: Ip }>;

/**
 * One of our nftables tables with all its constant rules, sets and maps. Replaced whole. The host's has `host` of family inet, and
 * `guard`, which judges what sandboxes send. A sandbox's brings what is sent to 127.0.0.11 port 53 to the port on which the
 * sandbox's resolver listens. `altered` is what a kernel answers when somebody changed them; nobody describes that.
 */
export type TableResource = In<
  'table',
  { name: 'fairlead' } & (
    | { readonly family: 'inet'; readonly skeleton: 'host' }
    | { readonly family: 'bridge'; readonly skeleton: 'guard' }
    | { readonly family: 'inet'; readonly skeleton: 'sandbox'; readonly resolver: number }
    | { readonly family: TableFamily; readonly skeleton: 'altered'; readonly resolver?: number }
  )
>;

/** An element of a set or map of our table: the only part of nftables that grows. Parts of a concatenation are joined by " . ". */
export type ElementResource = In<'element', { family: TableFamily; table: 'fairlead'; map: string; key: string; value?: string }>;

/**
 * A kernel setting below /proc/sys, with dots or slashes as in sysctl(8). Borrowed: what it was is given back. One of a `link`
 * of ours is ours with it, and ends with it.
 */
export type SysctlResource = In<'sysctl', { path: string; value: string; link?: string }>;

/**
 * A link that is somebody else's, a bridge say, and what is wanted of it for as long as it is used: these addresses, an MTU, that it
 * is up, and that it is `promiscuous`. `mac` is its own, and keeps it where a port of ours would give it another. Borrowed: what of this it had already stays when it is given back, and the rest goes. `down` is what a kernel answers when it
 * is; nobody describes that.
 */
export type BorrowResource = In<'borrow', { link: string; addresses: readonly InterfaceAddress[]; mac?: Mac; mtu?: number; promiscuous?: true; down?: true }>;

/**
 * A virtual function of an SR-IOV card, and what its physical function `pf`, a link of the host, lets it do; what is not said stays as it is.
 * `vlan` is the tag of all that it sends and receives, 0 for none, `qos` the priority in that tag. `spoofCheck` drops what it sends from another MAC
 * address, `trust` lets it change its own and listen to all, and rates are in Mbit/s, 0 for none.
 */
export interface VirtualFunction {
  readonly pf: string;
  readonly index: number;
  readonly mac?: Mac;
  readonly vlan?: number;
  readonly qos?: number;
  readonly spoofCheck?: boolean;
  readonly trust?: boolean;
  readonly state?: 'auto' | 'enable' | 'disable';
  readonly minRate?: number;
  readonly maxRate?: number;
}

/**
 * A link of the host that is somebody else's, a network card say, whole in a sandbox for as long as it is claimed, under the name and with
 * what is said here. Borrowed: it comes home with all that it had, before its sandbox's namespace ends.
 */
export type MovedResource = In<'moved', { link: string; to: { readonly in: Stack; readonly name: string }; mac?: Mac; mtu?: number; vf?: VirtualFunction }>;

/** How many virtual functions a physical one shows. Borrowed; there were none before. */
export type FunctionsResource = In<'functions', { link: string; count: number }>;

/**
 * A link that is somebody else's, the host's NIC say, as a port of a bridge of ours (`master`), to which all goes that the host has by it:
 * addresses, routes of every table, neighbours. Borrowed: whatever is there of it by then is given back. `astray` is what a kernel answers
 * when something of that is on the link itself; nobody describes that.
 */
export type EnslavedResource = In<'enslaved', { link: string; master: string; astray?: true }>;

/**
 * The tracked connections of an address: they are forgotten when the claim ends and no link has the address any more, so that no
 * flow sticks to an address that has passed to another. Those of a published port of that address are forgotten at once whenever
 * the claim begins, ends or leads `to` another place, but with the address where both end.
 */
export type FlowsResource = In<
  'flows',
  { ip: Ip; published?: { readonly protocol: Protocol; readonly port: number; readonly to: Ip; readonly target: number } }
>;

/**
 * That neighbours on a link are told who has an address: unsolicited ARP (RFC 5227 §3) or neighbour advertisements (RFC 4861 §7.2.6),
 * from the moment when the claim begins, or says another MAC address. `every` is in milliseconds. Nobody waits for it. `behind` says that it is
 * not the link itself that has the address, but somebody whom it leads to.
 */
export type AnnouncedResource = In<'announced', { link: string; ip: Ip; mac: Mac; times: number; every: number; behind?: true }>;

/**
 * A rule of ours in DOCKER-USER, the chain of the table `filter` that Docker leaves to others: packets that leave by `oif` pass, all or those
 * that came by `iif`. It stands before other rules and is known by its comment; the chain and all else in it are Docker's and its users'.
 * `altered` is what a kernel answers when somebody wrote it anew, as iptables-restore does; nobody describes that.
 */
export type AdmissionResource = In<'admission', { family: 'ip' | 'ip6'; iif?: string; oif: string; altered?: true }>;

/**
 * That all UDP datagrams to this port leave the host, or come in, by IPsec's ESP alone (RFC 4303), with whatever transforms of ours there are: where there
 * is none they are dropped. It does not depend on any rule of a firewall.
 */
export type PolicyResource = { readonly kind: 'policy'; readonly in: 'host'; readonly family: Family; readonly direction: 'in' | 'out'; readonly port: number };

/**
 * One direction between two hosts by ESP in transport mode, AES-GCM with a tag of 16 bytes (RFC 4106). `key` is 16 bytes and 4 of salt, as 40 hexadecimal
 * digits, and is in no text that anybody reads. It is made once: made again with its key it would send numbers again that must never come twice
 * (RFC 4106 §3.1), or take again what it took before. So nobody mends it; its owner makes another.
 */
export type TransformResource = {
  readonly kind: 'transform';
  readonly in: 'host';
  readonly direction: 'in' | 'out';
  readonly from: Ip;
  readonly to: Ip;
  readonly spi: number;
  readonly key: string;
};

/** Who a link of WireGuard is, by its private key, and at which UDP port of the host others reach it. The key is in no text that anybody reads. */
export type WireguardResource = In<'wireguard', { link: string; key: string; port: number }>;

/**
 * Another host on a link of WireGuard, known by its public key. What is sent there to its address goes to that address without, and comes from it alone. Where
 * it was heard from last is WireGuard's own affair. `altered` is what a kernel answers when it stands for other addresses; nobody describes that.
 */
export type PeerResource = In<'peer', { link: string; key: string; address: Ip; altered?: true }>;

/** A transport protocol that has ports. */
export type Protocol = 'tcp' | 'udp' | 'sctp';

/**
 * A bound socket that only holds its port, so that no other program takes it. It dies with the process; `heal` takes it again.
 * Port and address as for bind(2): 0.0.0.0 and :: clash with every address of their family.
 */
export type HeldResource = In<'held', { protocol: Protocol; ip: Ip; port: number }>;

/** Whatever can exist in a kernel, as plain data. Drivers describe with these; the ledger makes them so. */
export type Resource =
  | NamespaceResource
  | LinkResource
  | UpResource
  | AddressResource
  | RouteResource
  | NeighbourResource
  | ForwardResource
  | BehindResource
  | RateResource
  | RedirectResource
  | TableResource
  | ElementResource
  | SysctlResource
  | BorrowResource
  | MovedResource
  | FunctionsResource
  | EnslavedResource
  | FlowsResource
  | AnnouncedResource
  | AdmissionResource
  | PolicyResource
  | TransformResource
  | WireguardResource
  | PeerResource
  | HeldResource;

/** The identity of a resource: kind, stack and what the kernel knows it by. Two resources with one key are the same thing. */
export type Key = `${Resource['kind']} ${Stack} ${string}`;

/** One change. `was` is how a borrowed thing was before it was ours; the deletion gives it back. */
export type Operation =
  | { readonly do: 'create'; readonly resource: Resource }
  | { readonly do: 'delete'; readonly resource: Resource; readonly was?: Facts }
  | { readonly do: 'change'; readonly from: Resource; readonly to: Resource; readonly was?: Facts };

/** Changes in the order in which they are made. */
export type Plan = readonly Operation[];
