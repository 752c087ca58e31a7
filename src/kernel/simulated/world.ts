import { ETHERNET_MTU } from '../../ip/ethernet-mtu.js';
import type { Hub } from '../../base/hub.js';
import type { ProcessId } from '../../base/process-id.js';
import type { InterfaceAddress, Ip, Mac, Prefix } from '../../ip/types.js';
import type { ForeignChain, ForwardedPacket } from '../../resource/firewall.js';
import type {
  AdmissionResource,
  ElementResource,
  ForwardResource,
  Key,
  LinkKind,
  LinkResource,
  NamespaceResource,
  NeighbourResource,
  PeerResource,
  RateResource,
  RouteResource,
  Stack,
  TableFamily,
  TableResource,
  VirtualFunction,
  WireguardResource,
} from '../../resource/resource.js';
import type { IpsecResource } from './ipsec.js';
import { Connections } from './connections.js';
import { Errno } from './errno.js';
import { subnetOf } from '../../ip/interface-address.js';

/** A network interface in memory. What hangs on it goes with it. */
export interface Link {
  name: string;
  readonly index: number;
  readonly type: string;
  net: Net;
  /** What it was made from. Others' links and the other end of a veth have none. */
  made?: LinkResource;
  /** The instance whose mark it carries. */
  instance?: string;
  /** Where it is at home, while it is in a sandbox. */
  moved?: { readonly link: string; readonly stack: Stack };
  /** Its other names. */
  altnames?: readonly string[];
  /** Of one of others, that it has an address from a router. */
  advertised?: true;
  /** The hardware behind it, and the virtual functions that it shows. */
  readonly device?: string;
  readonly functions?: Functions;
  /** Of a bridge of others that sorts frames by VLAN: the one that new ports are in. */
  sorts?: number;
  /** Of one of others, that it was made so. */
  promiscuous?: true | undefined;
  peer?: Link;
  master?: Link;
  readonly ports: Set<Link>;
  /** The link upon which it stands, which may be of another stack, and those upon it. */
  readonly parent?: Link;
  readonly uppers: Set<Link>;
  up: boolean;
  mac: Mac;
  mtu: number;
  /** Its addresses in the order in which they came, each with its network. */
  readonly addresses: Map<InterfaceAddress, Prefix>;
  readonly neighbours: Map<Ip, NeighbourResource>;
  /** Of a tunnel. */
  readonly forwards: Map<Mac, ForwardResource>;
  /** Of WireGuard: who it is, and its peers by their public keys. */
  identity?: WireguardResource | undefined;
  readonly peers: Map<string, PeerResource>;
  /** Of a bridge: the port behind which a MAC address is. */
  readonly behind: Map<Mac, Link>;
  readonly routes: Set<Route>;
  readonly sysctls: Map<string, string>;
  /** How fast it sends: ours, or somebody else's way of queueing. */
  rate?: RateResource | 'foreign' | undefined;
  /** The link through which all goes that comes in by it. */
  redirect?: Link | undefined;
  /** For which address that leaves names alone. */
  spared?: Ip | undefined;
}

/** The virtual functions of a link's hardware, and what each may do, by its number. */
export interface Functions {
  readonly most: number;
  count: number;
  readonly devices: readonly string[];
  readonly settings: Map<number, FunctionSettings>;
}

export type FunctionSettings = Omit<VirtualFunction, 'pf' | 'index'>;

/** A route. `resource.in` is that of its maker. */
export interface Route {
  readonly resource: RouteResource;
  readonly link: Link;
  readonly protocol: number;
}

/** One of our tables, with the elements of all its sets and maps by `map key`. */
export interface Table {
  readonly resource: TableResource;
  /** The instance whose comment it carries. */
  readonly instance: string;
  readonly elements: Map<string, ElementResource>;
}

/** A network stack in memory: a network namespace. */
export interface Net {
  readonly cookie: string;
  readonly links: Map<string, Link>;
  readonly routes: Map<string, Route>;
  readonly tables: Map<string, Table>;
  readonly sysctls: Map<string, string>;
  readonly connections: Connections;
  /** The last interface index given; they do not come back. */
  indexes: number;
}

/** A stack by the name that Fairlead gave it. The host's has no resource. */
export interface Named {
  readonly net: Net;
  readonly resource?: NamespaceResource;
}

/** All that one simulated host holds. */
export interface World {
  /** The path of the host's own stack; those of its namespaces are below it. */
  readonly path: string;
  readonly stacks: Map<Stack, Named>;
  /** Every namespace that a path leads to, others' included. */
  readonly paths: Map<string, Net>;
  /** What closes each open socket. */
  readonly descriptors: Map<number, () => void>;
  descriptorsMade: number;
  /** The start times of what runs, by pid. */
  readonly processes: Map<number, string>;
  readonly ends: Hub<ProcessId>;
  processesMade: number;
  offered: number;
  /** IPsec of the host's stack. */
  readonly ipsec: Map<Key, IpsecResource>;
  /** Whether it can encrypt. */
  readonly lacksEsp: boolean;
  /** Whether its bridges know no VLANs. */
  readonly lacksVlans: boolean;
  /** The families of which this kernel can have no table. */
  readonly lacks: ReadonlySet<TableFamily>;
  /** The kinds of links that it does not make. */
  readonly lacksLinks: ReadonlySet<LinkKind>;
  /** The names of links upon which one could not be made, because they were not there. */
  readonly wanted: Set<string>;
  /** Others' chains on the way of what is forwarded. */
  readonly firewalls: Firewall[];
  /** Docker's chains, by family, with the rules in them of each instance by key. */
  readonly docker: Map<AdmissionResource['family'], Map<string, { readonly resource: AdmissionResource; readonly instance: string }>>;
}

/** A chain of another program. */
export interface Firewall {
  readonly chain: ForeignChain;
  drops(packet: ForwardedPacket): boolean;
}

// SO_NETNS_COOKIE (linux/net_cookie.h) counts for the whole machine and never comes back, so all worlds share one count.
let cookies = 1;

/** A network namespace as the kernel makes it, its loopback up. */
export function newNet(): Net {
  const net: Net = {
    cookie: String(cookies++),
    links: new Map(),
    routes: new Map(),
    tables: new Map(),
    sysctls: new Map(),
    connections: new Connections(),
    indexes: 0,
  };
  const lo = newLink(net, { name: 'lo', type: 'loopback', mac: '00:00:00:00:00:00' as Mac, mtu: 65_536 });
  lo.up = true;
  for (const address of ['127.0.0.1/8', '::1/128'] as InterfaceAddress[]) lo.addresses.set(address, subnetOf(address));
  net.links.set(lo.name, lo);
  return net;
}

/** What a new link is told; the rest is as the kernel begins. */
export interface LinkInit {
  readonly name: string;
  readonly type: string;
  readonly mac?: Mac | undefined;
  readonly mtu?: number | undefined;
  readonly instance?: string | undefined;
  readonly parent?: Link | undefined;
  readonly device?: string | undefined;
  readonly functions?: Functions | undefined;
}

/** The type of a link that no command makes. */
export const HARDWARE = 'ether';

/** A link, down and bare, that is not yet plugged in. */
export function newLink(net: Net, { name, type, mac, mtu, instance, parent, device, functions }: LinkInit): Link {
  const index = ++net.indexes;
  return {
    name,
    index,
    type,
    net,
    ...(instance === undefined ? {} : { instance }),
    ...(parent && { parent }),
    ...(device === undefined ? {} : { device }),
    ...(functions && { functions }),
    ports: new Set(),
    uppers: new Set(),
    up: false,
    mac: mac ?? macOf(net, index),
    mtu: mtu ?? parent?.mtu ?? ETHERNET_MTU,
    addresses: new Map(),
    neighbours: new Map(),
    forwards: new Map(),
    peers: new Map(),
    behind: new Map(),
    routes: new Set(),
    sysctls: new Map(),
  };
}

/** The stack of this name; ENOENT when there is none. */
export function netOf(world: World, stack: Stack): Net {
  const named = world.stacks.get(stack);
  if (!named) throw new Errno('ENOENT');
  return named.net;
}

/** The link of this name; ENODEV when there is none. */
export function linkOf(net: Net, name: string): Link {
  const link = net.links.get(name);
  if (!link) throw new Errno('ENODEV');
  return link;
}

// A locally administered address (IEEE 802 §8.2) that no other link of this process has.
const macOf = (net: Net, index: number): Mac => {
  const number = (BigInt(net.cookie) << 12n) | BigInt(index & 0xfff);
  const hex = (0x02_00_00_00_00_00n | (number & 0xff_ff_ff_ff_ffn)).toString(16).padStart(12, '0');
  return (hex.match(/../g) ?? []).join(':') as Mac;
};
