import type { Facts } from '../base/json.js';
import type { Id } from '../base/id.js';
import type { Family, InterfaceAddress, Ip, Mac } from '../ip/types.js';
import type { LinkKind, Protocol, Resource, Stack } from '../resource/resource.js';
import type { SecurePath } from '../resource/wireguard.js';
import type { LinkSeen, Survey } from '../resource/survey.js';
import type { Place, PoolRequest } from './ipam.js';
import type { Agreement, ClusterHost, Peer } from './cluster.js';
import type { OptionTable } from './options.js';
import type { Endpoint, Lease, Network, Sandbox, Strings } from './records.js';

/** What describing a network may know. `N` is what the driver's option parser made of the network's options. */
export interface Scene<N = unknown> {
  readonly network: Network;
  readonly options: N;
  /** What `inlet` of the network's driver says. */
  readonly inlet?: string;
  /** How many leaves the network has here. */
  readonly leaves?: number;
  /** This host, where it is one of a cluster. */
  readonly here?: ClusterHost;
  /** The stack by which it sends to others by WireGuard, once it has one. */
  readonly secure?: SecurePath;
}

/** What encrypts between hosts. */
export type Encryption = 'ipsec' | 'wireguard';

/** What describing an endpoint may know. */
export interface EndpointScene<N = unknown, E = unknown> extends Scene<N> {
  readonly endpoint: Endpoint;
  readonly endpointOptions: E;
  readonly sandbox: Sandbox;
  readonly traits: Driver['traits'];
  /** What else its sandbox is joined to, where that has ports. */
  readonly beside: readonly Joined[];
}

/** An endpoint and its network. */
export interface Joined {
  readonly endpoint: Endpoint;
  readonly network: Network;
}

/** What choosing for an endpoint that joins may know. */
export interface TakeScene<N = unknown, E = unknown> extends Scene<N> {
  readonly endpoint: Endpoint;
  readonly endpointOptions: E;
}

/** What endpoints have of the host to themselves, by its name at home, and the names of these endpoints. */
export type Taken = ReadonlyMap<string, string>;

/** What exists for a network and for a joined endpoint: pure functions of what is known. */
export interface Describer<N = unknown, E = unknown> {
  network?(scene: Scene<N>): readonly Resource[];
  endpoint?(scene: EndpointScene<N, E>): readonly Resource[];
  /** What leads to an endpoint of another host, on a network that is realized here. */
  peer?(scene: Scene<N>, peer: Peer): readonly Resource[];
}

/** What exists for every network and endpoint, whatever the driver: published ports, for one. */
export interface Feature extends Describer {
  readonly name: string;
}

/** A driver makes a network real by describing it. It never touches the kernel. */
export interface Driver<N = unknown, E = unknown> extends Describer<N, E> {
  readonly name: string;
  readonly traits: {
    readonly scope: 'local' | 'global';
    /** Whether its networks have subnets and its endpoints addresses; `always` where neither can do without. */
    readonly addresses: boolean | 'always';
    /** Whether only one network of this driver may exist. */
    readonly single: boolean;
    /** Which stack its endpoints live in: one of their own, or the host's itself. */
    readonly stack: 'own' | 'host';
    /** Whether a sandbox on such a network may be on others too. */
    readonly shared: boolean;
    /** Whether its networks lead outside by themselves, by none of their endpoints' gateways: no sandbox on one is given a way out by docker_gwbridge. */
    readonly outside?: true;
    /** Whether an endpoint's link has an end of ours in the host's stack through which all goes that its sandbox sends and receives, so that it can be limited. */
    readonly limits: boolean;
    /** How many subnets of each family a network may have. */
    readonly subnets: number;
  };
  /** Every option of a network and of an endpoint: parsed from these tables, once, and listed by the help. */
  readonly options: { readonly network: OptionTable; readonly endpoint: OptionTable };
  /** The options of a network, parsed. Throws `option-unknown` and `option-invalid`. */
  parseNetwork(raw: Strings): N;
  /** The options of an endpoint, parsed. Throws `option-unknown` and `option-invalid`. */
  parseEndpoint(raw: Strings): E;
  /** Refuses options of an endpoint that do not go with its network. Throws `option-invalid`. */
  checkEndpoint?(network: Network, raw: Strings): void;
  /** Refuses options that do not go with the network's families, or with the endpoints that it has already. Throws `option-invalid`. */
  check?(scene: Scene<N>, endpoints: readonly Endpoint[]): void;
  /**
   * Of a network of global scope: what all hosts agree on when it is made. `taken` is what others claim, `survey` what the host has on which it is made. Throws
   * what would refuse it there when it is used.
   */
  agree?(scene: Scene<N>, taken: ReadonlySet<string>, survey: Survey): Agreement;
  /** Chooses, once a boot, what describing needs to know of this host: the device's name, say. Throws when it cannot be had. */
  realize?(scene: Scene<N>, host: HostFacts): Facts;
  /** What was chosen, following the host as it is now; the same object where nothing changes. What was picked, such as a name, stays. */
  refresh?(facts: Facts, host: HostNow): Facts;
  /**
   * Chooses what of the host an endpoint has to itself from when it joins until it leaves: `device` is a link of that name, which no other gets,
   * and `mac` its own MAC address, where none was asked for. An endpoint of a driver that has this is given no MAC address before. Throws when there is none.
   */
  take?(scene: TakeScene<N, E>, survey: Survey, taken: Taken): Facts;
  /** What the options of a network say of its addresses. Without it there is IPv4, and every subnet has a gateway. */
  addressing?(options: N, asked: { readonly internal: boolean }): Addressing;
  /** What is asked of IPAM for a subnet, where the host has something already that decides on it. Throws what forbids it. */
  meet?(options: N, request: PoolAsked, host: Pick<HostFacts, 'survey' | 'parents'>): PoolAsked;
  /** Whether its endpoints have a MAC address of their own. Without it they have. */
  ownMac?(options: N): boolean;
  /**
   * How what hosts send to each other on its networks is encrypted, if it is: it describes that it goes by this alone. For `ipsec` transforms are made, and for
   * `wireguard` a stack with the others as peers, which is in `Scene.secure` from before a network is realized.
   */
  encrypts?(options: N): Encryption | undefined;
  /** Whether one endpoint alone can be joined at a time: it has the wire for itself. */
  alone?(options: N): boolean;
  /**
   * How many endpoints a part of a realized network takes. Those beyond are on leaves of it, numbered from 1, as many on each: `Scene.leaves` and the endpoint's
   * `link.leaf` tell of them. Without it, and where it says none, all are in one place.
   */
  leafOf?(options: N, network: Network): number | undefined;
  /** How links are called in sandboxes where nobody says so; a number follows. Without it `eth`. */
  interfacePrefix?(options: N, endpoint: Endpoint): string;
  /**
   * The interface of the host by which all arrives that sandboxes of a realized network send out of it, so that the host's ruleset
   * judges it. None where they send past that.
   */
  inlet?(network: Network): string | undefined;
  /**
   * Where whoever is on a realized network is answered names, beside the resolvers of our own sandboxes: at addresses of the network itself, in this stack.
   * None where nobody wants that.
   */
  answersAt?(network: Network): AnswersAt | undefined;
  /** Where the segment of a realized network is spoken to, so that addresses can be asked there; none where it is on none but its own. */
  segment?(network: Network): Place | undefined;
  /** Where those neighbours of a realized network's sandboxes are asked that are no sandboxes, where there may be such. */
  wire?(network: Network): Place | undefined;
  /** Whom it asks, where it has to. */
  readonly asks?: DriverAsks;
  /** What others made for a joined endpoint, as lines for `explain`: commands, and comments that begin with `#`. */
  made?(network: Network, endpoint: Endpoint): readonly string[];
  /** Whether a joined endpoint wants its sandbox to be given no way out where it is none itself. */
  leadsNowhere?(endpoint: Endpoint): boolean;
  /** Which families this endpoint could be the way out for. */
  waysOut?(scene: Scene<N> & { readonly endpoint: Endpoint }): readonly Family[];
  /** Which families it may be the way out for besides, if somebody there says so: where no other endpoint of its sandbox could be. */
  mayLeadOut?(scene: Scene<N> & { readonly endpoint: Endpoint }): readonly Family[];
}

/** A place at which names are answered, on port 53. */
export interface AnswersAt {
  readonly stack: Stack;
  readonly ips: readonly Ip[];
}

/** A port of a sandbox that is to be reached by one of the host's, as whoever is asked for an endpoint is told. */
export interface AskedPort {
  readonly protocol: Protocol;
  /** All of the host's where none is said. */
  readonly ip?: Ip;
  /** The host's; 0 where any will do. */
  readonly port: number;
  /** The sandbox's. */
  readonly target: number;
}

/** What somebody was asked for, and has to be given back by: an object is known there by its id, also after a crash; `by` is what else it takes. */
export type Asked =
  | { readonly what: 'network' | 'shared'; readonly network: Id }
  | { readonly what: 'endpoint' | 'join' | 'way'; readonly network: Id; readonly endpoint: Id; readonly by?: Facts };

/**
 * A driver that asks somebody beyond this process before it can describe. That something is asked for is written down before, the answer
 * is stored as facts, and what is no longer wanted is given back, after a crash too: `give` may come twice, and for what never was.
 */
export interface DriverAsks {
  /** The families of which a network that is asked for needs no address for a gateway. */
  gateways?(network: Pick<Network, 'options' | 'ipv6' | 'internal'>): Promise<readonly Family[]>;
  /** What all hosts are to know of a network of theirs, asked once by the one that makes it: it has its subnets. */
  share?(network: Network): Promise<Facts>;
  network(network: Network): Promise<void>;
  /** What of its addresses was chosen there. `mac` is what the user chose, `ports` are told only of a sandbox that is created with it. */
  endpoint?(network: Network, endpoint: Endpoint, how: { readonly mac?: Mac; readonly ports?: readonly AskedPort[] }): Promise<ChosenThere>;
  /** The facts by which the joined endpoint is described. */
  join?(network: Network, endpoint: Endpoint, sandbox: Sandbox, ports: readonly AskedPort[]): Promise<Facts>;
  /** Who works in the sandbox's stack itself, as CNI's plugins do, and is asked when that is there. */
  readonly inside?: AsksInside;
  /** The endpoint is the way out of its sandbox: its ports are published there, if at all. */
  way?(network: Network, endpoint: Endpoint, ports: readonly AskedPort[]): Promise<void>;
  /** What is told of an endpoint, for people. */
  info?(network: Network, endpoint: Endpoint): Promise<Facts>;
  give(asked: Asked): Promise<void>;
}

/** Somebody who makes an endpoint's link, addresses and routes in the sandbox's stack. It is given back while that is still there. */
export interface AsksInside {
  /** By what it is given back: kept before it is asked for. `link` of the endpoint says what it is called. */
  by(network: Network, endpoint: Endpoint, sandbox: Sandbox): Promise<Facts>;
  /** Makes it, with the ports that the sandbox has. */
  join(network: Network, endpoint: Endpoint, sandbox: Sandbox, ports: readonly AskedPort[]): Promise<MadeInside>;
}

/** What was made in a sandbox's stack. */
export interface MadeInside {
  readonly facts: Facts;
  /** The endpoint's addresses for as long as it is joined. */
  readonly leases: readonly Lease[];
  readonly mac?: Mac;
}

/** What whoever was asked chose for an endpoint. */
export interface ChosenThere {
  readonly mac?: Mac | undefined;
  readonly addresses: readonly InterfaceAddress[];
}

/** What is asked of IPAM for a subnet, without the ranges to avoid. */
export type PoolAsked = Omit<PoolRequest, 'avoid'>;

/** What the options of a network say of its addresses. */
export interface Addressing {
  /** Whether it has this family, where the user does not say so otherwise. */
  readonly enabled: Readonly<Record<Family, boolean | undefined>>;
  /** The families of which it needs an address for itself. */
  readonly gateways: readonly Family[];
  /** Whether the host is to have an address of its own in each of its subnets. */
  readonly host?: true;
  /** It leads nowhere, whatever was asked for. */
  readonly internal?: true;
}

/** The links by which the host reaches others, by family; none where Docker is not at work for it. */
export interface DockerWays {
  readonly 4?: readonly string[];
  readonly 6?: readonly string[];
}

/**
 * What is done with a link of the host's that networks stand upon: links of macvlan or ipvlan are made upon it, it is a port of a bridge, or it
 * is given to a sandbox. `how` is in the words of the driver's users: `bridge`, `passthru`, `l2 bridge`.
 */
export type ParentUse = {
  readonly as: 'macvlan' | 'ipvlan' | 'port' | 'device';
  readonly how?: string;
};

/** Which network does that; in its facts, under these names. */
export interface ParentClaim {
  readonly network: string;
  readonly parent: string;
  readonly parentUse: ParentUse;
}

/** Addresses that the host has among those of a network, which no sandbox is given; in its facts, under this name. */
export interface OwnAddresses {
  readonly own: readonly Ip[];
}

/** What of the host networks follow while they live. `links` is told where a network has a link of the host's as its port. */
export type HostNow = Pick<HostFacts, 'bridgeFilter' | 'docker'> & { readonly links?: readonly LinkSeen[] };

/** What is known of the host when a network is realized. */
export interface HostFacts {
  readonly survey: Survey;
  /** The kinds of links that this kernel does not make. */
  readonly lacks: readonly LinkKind[];
  /** What other networks of ours do with links of the host's: those whose facts say `parent` and `parentUse`. */
  readonly parents: readonly ParentClaim[];
  /** Device names that other networks of ours hold, or what their facts call their `place` on one, and the names of these. */
  readonly devices: ReadonlyMap<string, string>;
  /** Whether forwarding was on, before Fairlead, for each family. */
  readonly forwarding: { readonly 4: boolean; readonly 6: boolean };
  /** Whether br_netfilter shows bridged packets of each family to the hooks of IP. */
  readonly bridgeFilter: { readonly 4: boolean; readonly 6: boolean };
  /** The links by which the host reaches others, of each family for which Docker has its chain DOCKER-USER, and drops what it does not know. */
  readonly docker: DockerWays;
}
