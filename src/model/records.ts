import type { Id } from '../base/id.js';
import type { Facts } from '../base/json.js';
import type { ProcessId } from '../base/process-id.js';
import type { Family, InterfaceAddress, Ip, Mac, Prefix } from '../ip/types.js';
import type { Protocol, Stack } from '../resource/resource.js';
import type { Rates } from './rates.js';

/** Option or label names and values as the user wrote them. */
export type Strings = { readonly [name: string]: string };

/**
 * Where a sandbox may send beyond its own networks: into these prefixes, to `all`, and nowhere where the list is empty. Beside `all`
 * stand only the metadata addresses that are opened.
 */
export type Egress = readonly ('all' | Prefix)[];

/** A subnet that a network holds. Addresses are given from `range`, or from the whole subnet where there is none. */
export interface Pool {
  readonly family: Family;
  readonly subnet: Prefix;
  readonly range?: Prefix;
  /** The network's own address, where its driver wants one. */
  readonly gateway?: Ip;
  /** Addresses that the user keeps for things of their own, by name (Docker's `--aux-address`). */
  readonly aux: { readonly [name: string]: Ip };
  /** Addresses come from the segment that the network is on: each lease brings its own subnet, gateway and routes, and `subnet` only bounds them. */
  readonly outside?: true;
  /** What its authority knows it by. */
  readonly facts?: Facts;
}

/** What an authority said beside an address (DHCP). */
export interface Learned {
  readonly gateway?: Ip;
  /** Beside the way out. Without `via` what is there is on the segment itself. */
  readonly routes: readonly { readonly to: Prefix; readonly via?: Ip }[];
  /** Name servers. */
  readonly servers: readonly Ip[];
  /** Domains in which short names are looked up. */
  readonly search: readonly string[];
  /** Bytes. */
  readonly mtu?: number;
}

/** An address given to an endpoint. `until` is when it ends (milliseconds since 1970), `null` never. */
export interface Lease {
  readonly family: Family;
  readonly subnet: Prefix;
  readonly ip: Ip;
  readonly address: InterfaceAddress;
  /** The user chose it. */
  readonly asked?: true;
  readonly until: number | null;
  readonly learned?: Learned;
  /** What its authority needs to keep it up, and to give it back, after a restart. */
  readonly facts?: Facts;
}

/** What a user asked of IPAM for one subnet (Docker's `IPAM.Config`). */
export interface PoolAsk {
  /** As `10.64.0.0/24` or `fd64::/64`; one is picked when left out. */
  readonly subnet?: string;
  /** The part of it from which addresses are given. */
  readonly ipRange?: string;
  /** The network's own address; the first one when left out. */
  readonly gateway?: string;
  /** Addresses that are given to nobody, by name. */
  readonly auxAddresses?: Strings;
}

/**
 * A network: endpoints that can talk. A definition: it outlives reboots.
 *
 *     creating ──► active ──► removing ──► (gone)
 *         └──────────── undone ──────────────▲
 */
export interface Network {
  readonly id: Id;
  readonly name: string;
  /** Milliseconds since 1970. */
  readonly created: number;
  readonly state: 'creating' | 'active' | 'removing';
  readonly driver: string;
  readonly scope: 'local' | 'global';
  /** One of `bridge`, `host` and `none`: made at the first start, in the kernel only while something uses it. */
  readonly predefined: boolean;
  readonly internal: boolean;
  readonly attachable: boolean;
  /** Of a config-only network: the subnets that a network made from it asks for. Nothing of it is in the kernel, and nothing joins it. */
  readonly template?: readonly PoolAsk[];
  /** The name of the config-only network that it was made from, which stays as long. */
  readonly configFrom?: string;
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** How fast its endpoints may be that say nothing else. */
  readonly rates?: Rates;
  readonly labels: Strings;
  /** The driver's options as they were given. */
  readonly options: Strings;
  readonly ipam: { readonly driver: string; readonly options: Strings };
  readonly pools: readonly Pool[];
  /** Where sandboxes on it may send, unless they have one of their own; everywhere where there is none. */
  readonly egress?: Egress;
  /** What the hosts of a cluster agreed on for a network of global scope: its VNI, for one. */
  readonly shared?: Facts;
  /** What was chosen when the network was realized in this boot's kernel (its device, for one); `null` while it is not. */
  readonly facts: Facts | null;
}

/** A process that lives in a sandbox: `run` records it. */
export interface SandboxProcess extends ProcessId {
  readonly command: readonly string[];
}

/** Stands for the address at which a sandbox reaches its host: the gateway of its way out (Docker's `--add-host NAME:host-gateway`). */
export const HOST_GATEWAY = 'host-gateway';

/** A name that the user gave an address in one sandbox. */
export interface ExtraHostRecord {
  readonly name: string;
  readonly ip: Ip | typeof HOST_GATEWAY;
}

/** How names are looked up in a sandbox, where the user said so; the host's way else. */
export interface SandboxDns {
  /** Name servers, asked from the sandbox. Without one the host's are asked, from the host. */
  readonly servers: readonly Ip[];
  /** Domains in which short names are looked up; empty: none. */
  readonly search?: readonly string[];
  /** Options of resolv.conf(5). */
  readonly options?: readonly string[];
  readonly hosts: readonly ExtraHostRecord[];
}

/**
 * A port of the host that leads to one of a sandbox. `ip` 0.0.0.0 and :: mean all addresses of their family. Published on a network that
 * routes, it is open at the endpoint's own address, and `port` is 0.
 */
export interface PublishedPort {
  readonly protocol: Protocol;
  readonly ip: Ip;
  /** The host's. */
  readonly port: number;
  /** The sandbox's. */
  readonly target: number;
  /** Nobody chose the address: a network that publishes at one of its own narrows it. */
  readonly byDefault?: true;
  /** No socket of ours keeps other programs from it: whoever asked may have its own there. */
  readonly held?: false;
}

/** A sandbox: a container's network stack. No files, no processes, no isolation of code. Lives as long as this boot, or as its holder. */
export interface Sandbox {
  readonly id: Id;
  readonly name: string;
  readonly created: number;
  /** `lost`: the namespace that it had adopted is gone. It is in no network, and can only be removed. */
  readonly state: 'creating' | 'active' | 'lost' | 'removing';
  readonly stack: Stack;
  /** The path by which programs enter the stack (libnetwork's SandboxKey). */
  readonly key: string;
  /** The path of the namespace that was adopted; its maker deletes it. */
  readonly adopted?: string;
  /**
   * Another engine's (Docker's): the path where that has its namespace, or will have it. Links are made in the host's stack, and the engine takes them
   * from there and sets up all that is inside. `stack` is the host's, and it has no resolver.
   */
  readonly handed?: string;
  /** The cookie of an adopted namespace, decimal; empty for one that Fairlead made. */
  readonly cookie: string;
  readonly hostname: string;
  readonly dns: SandboxDns;
  /** The port on 127.0.0.11 at which its resolver listens; it is asked at port 53. None in the host's stack. */
  readonly resolver?: number;
  readonly labels: Strings;
  /** In the order in which they were asked for. Live on the endpoint that is the way out for their family; without one they wait. */
  readonly ports: readonly PublishedPort[];
  /** In place of that of its networks. */
  readonly egress?: Egress;
  /** How fast each of its endpoints may be that says nothing else. */
  readonly rates?: Rates;
  readonly process?: SandboxProcess;
  /** The process whose end removes the sandbox. */
  readonly holder?: ProcessId;
}

/**
 * An endpoint: connects one sandbox to one network. Its addresses survive leave and join.
 *
 *     creating ──► created ──► joining ──► active ──► leaving ──► created ──► removing ──► (gone)
 *                     │                           └──► lost ───────────────────┤
 *                     └────────────────────────────────────────────────────────▲
 *
 * `lost`: while its host was away from the cluster others were given what it had. It is in no sandbox, and can only be removed.
 */
export interface Endpoint {
  readonly id: Id;
  readonly name: string;
  readonly created: number;
  readonly state: 'creating' | 'created' | 'joining' | 'active' | 'leaving' | 'removing' | 'lost';
  readonly network: Id;
  /** The host that it is on, where others share its network. */
  readonly host?: string;
  readonly sandbox?: Id;
  /** The name of that sandbox, where it is on another host: nobody here can look it up. */
  readonly sandboxName?: string;
  readonly mac?: Mac;
  /** The first of each family is the primary one: published ports lead there. */
  readonly leases: readonly Lease[];
  /** Addresses that its user chose, one of a family, while no lease of them is had: they and no others are asked for again. */
  readonly awaits?: readonly Ip[];
  /** Link-local addresses that were asked for, beside the one that each link with IPv6 has. */
  readonly linkLocals: readonly Ip[];
  /** The names of the link's two ends while it is joined, and the leaf of the network that it is on; none is the network's first part. */
  readonly link?: { readonly outside: string; readonly inside: string; readonly leaf?: number };
  /** What it has of this host to itself while it is joined, as its driver chose: a network card, say. */
  readonly facts?: Facts;
  /** The name that the user wants for the link inside the sandbox. */
  readonly interfaceName?: string;
  readonly aliases: readonly string[];
  /** By name: which name of others on the network this sandbox, and nobody else, finds by it. */
  readonly links?: Strings;
  /** Made by Fairlead itself, as the way out of a sandbox that has no other; it goes when there is another. */
  readonly automatic?: true;
  /** The families whose way out of the sandbox this endpoint is. */
  readonly gateway: readonly Family[];
  /** Higher wins. */
  readonly gatewayPriority: number;
  readonly rates?: Rates;
  readonly labels: Strings;
  readonly options: Strings;
}
