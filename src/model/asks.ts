import type { Protocol } from '../resource/resource.js';
import type { Rate, Rates } from './rates.js';
import type { PoolAsk, SandboxProcess, Strings } from './records.js';

/** How fast endpoints may be from now on; `null` is back to what the sandbox says, or the network. */
export type RatesChange = { readonly in?: Rate | null; readonly out?: Rate | null; readonly burst?: number | null };

/** What a user asks for when creating a network. Text is parsed by the engine, once. */
export interface NetworkAsk {
  /** Letters, digits, `_`, `.` and `-`, starting with a letter or digit, at most 128; of every object. */
  readonly name: string;
  /** 64 hexadecimal digits, where whoever asks has an identity for it already; one is made when left out. */
  readonly id?: string;
  /** `bridge` when left out. */
  readonly driver?: string;
  /** Whether it has IPv4; it has when left out. */
  readonly ipv4?: boolean;
  /** Whether it has IPv6: where a subnet of it is asked for, when left out. */
  readonly ipv6?: boolean;
  /** Nothing enters or leaves it; its sandboxes reach each other. */
  readonly internal?: boolean;
  /** Docker's flag: it is kept and shown, and changes nothing. */
  readonly attachable?: boolean;
  /** Only a template for other networks: nothing is made of it, and nothing can be attached to it. */
  readonly configOnly?: boolean;
  /** The name of such a template, which gives families, subnets, options and labels. */
  readonly configFrom?: string;
  /** How fast its endpoints may be that say nothing else. */
  readonly rates?: Rates;
  readonly labels?: Strings;
  /** The driver's, by Docker's names (`com.docker.network.driver.mtu`); values are texts. Which there are: `fairlead network create --help DRIVER`, and `info()`. */
  readonly options?: Strings;
  /** Where sandboxes on it may send beyond their networks: `all`, `none`, or addresses and subnets. A metadata address is open only where it is named. `all` when left out. */
  readonly egress?: readonly string[];
  /** Its subnets; one of each family that it has is picked when left out. */
  readonly ipam?: { readonly driver?: string; readonly options?: Strings; readonly config?: readonly PoolAsk[] };
}

/** What can change on a living network. `null` removes a label, or an option back to its default. */
export interface NetworkChange {
  readonly rates?: RatesChange;
  readonly labels?: { readonly [name: string]: string | null };
  readonly options?: { readonly [name: string]: string | null };
  /** In place of the one that there is; `null` takes it back. Connections that are no longer allowed end. */
  readonly egress?: readonly string[] | null;
}

/** How a sandbox is attached to a network: one `--network` of the command line. */
export interface AttachAsk {
  /** Name, id or unambiguous beginning of an id. */
  readonly network: string;
  /** The endpoint's name; the sandbox's name when left out. */
  readonly name?: string;
  /** Its IPv4 addresses; the first is the primary one. The next free one when left out. */
  readonly ip?: string | readonly string[];
  /** Its IPv6 addresses, likewise. */
  readonly ip6?: string | readonly string[];
  /** Addresses of 169.254.0.0/16 and fe80::/10 that it has as well. IPAM knows nothing of them. */
  readonly linkLocalIps?: readonly string[];
  /** Its MAC address, as `02:00:00:00:00:01`; one is made when left out. */
  readonly mac?: string;
  /** Other names under which the sandboxes on this network find it. */
  readonly aliases?: readonly string[];
  /** Names that this sandbox alone sees, each for a name of others on the network (Docker's `--link`): `{ database: 'db' }`. Before all names of others. */
  readonly links?: Strings;
  /** The name of its link inside the sandbox; `eth0`, `eth1` … when left out. */
  readonly interfaceName?: string;
  /** Its rank among the ways out of its sandbox: higher wins, 0 when left out. */
  readonly gatewayPriority?: number;
  /** How fast it may be; before what the sandbox and the network say. */
  readonly rates?: Rates;
  readonly labels?: Strings;
  readonly options?: Strings;
}

/** What a user asks for when creating an endpoint; with `sandbox` it is joined at once. */
export interface EndpointAsk extends AttachAsk {
  /** Name, id or unambiguous beginning of an id. */
  readonly sandbox?: string;
}

/** What can change on a living endpoint. */
export interface EndpointChange {
  readonly aliases?: readonly string[];
  readonly links?: Strings;
  readonly gatewayPriority?: number;
  readonly rates?: RatesChange;
  readonly labels?: { readonly [name: string]: string | null };
}

/** A name and its address in one sandbox (Docker's `--add-host`). */
export interface HostAsk {
  readonly name: string;
  /** An IP address, or `host-gateway`: the address at which the sandbox reaches its host. */
  readonly address: string;
}

/** How names are to be looked up in a sandbox; what is left out is as on the host. */
export interface DnsAsk {
  /** Name servers, asked from the sandbox (Docker's `--dns`). */
  readonly servers?: readonly string[];
  /** Domains in which short names are looked up (`--dns-search`); `["."]` or none: nowhere. */
  readonly search?: readonly string[];
  /** Options of resolv.conf(5) (`--dns-option`). */
  readonly options?: readonly string[];
  readonly hosts?: readonly HostAsk[];
}

/** Ports from one to another, both included. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

/** A port of a sandbox that is to be reached by the host: one `-p` of the command line. */
export interface PortAsk {
  /** `tcp` when left out. */
  readonly protocol?: Protocol;
  /** An address of the host; all of both families when left out, all of one for 0.0.0.0 or ::. */
  readonly hostIp?: string;
  /** The host's port; a free one when left out. Of a range the first free one, or one each for as many ports of the sandbox. */
  readonly hostPort?: number | PortRange;
  /** The sandbox's own. */
  readonly port: number | PortRange;
  /** `false`: no socket of Fairlead's holds the host's port, which is to be named then; whoever asks may have one there. Other programs can take it too, and get nothing. */
  readonly held?: boolean;
}

/** How long something is to be there. */
export interface UntilAsk {
  /** A process, by its pid in the pid namespace of the engine: the daemon's, or this process's own. */
  readonly pid: number;
  /** When it started: field 22 of /proc/PID/stat. One that started at another time is refused: it was given the pid since, or is of another pid namespace. */
  readonly started?: string;
}

/** What a user asks for when creating a sandbox; with `networks` it is attached to them at once, all or none. */
export interface SandboxAsk {
  /** Others find it by this name on its networks. The id's first 12 digits when left out. */
  readonly name?: string;
  /** What programs in it are told it is called; found by others too. The id's first 12 digits when left out. */
  readonly hostname?: string;
  /** The path of a namespace that exists; without it one is made. */
  readonly netns?: string;
  /**
   * The path where another engine has the sandbox's namespace, or will have it. Links are left in the host's stack by the names that its endpoints tell
   * (`link.inside`), without addresses and routes: the engine takes them from there.
   */
  readonly handed?: string;
  readonly dns?: DnsAsk;
  readonly labels?: Strings;
  readonly networks?: readonly AttachAsk[];
  /** Its ports that are reached by the host's addresses, on the network that is its way out. */
  readonly ports?: readonly PortAsk[];
  /** Where it may send, in place of what its networks say. */
  readonly egress?: readonly string[];
  /** How fast each of its endpoints may be that says nothing else. */
  readonly rates?: Rates;
  /** Goes with this process: when that ends, however it ends, the sandbox is removed with its endpoints. Without it the sandbox stays until it is removed. */
  readonly until?: UntilAsk;
}

/** Another name of a sandbox. */
export interface AliasAsk {
  readonly name: string;
  /** Where it is found by it: name or id of a network that it is on; all of them when left out. */
  readonly network?: string;
}

/** What changes of how names are looked up in a living sandbox; `null` is as on the host again. */
export interface DnsChange {
  /** In place of those that there are. */
  readonly servers?: readonly string[] | null;
  readonly search?: readonly string[] | null;
  readonly options?: readonly string[] | null;
  /** `add` gives names further addresses, `remove` takes all addresses of these names. */
  readonly hosts?: { readonly add?: readonly HostAsk[]; readonly remove?: readonly string[] };
}

/** What can change on a living sandbox. Nothing is detached for it, and connections live on. */
export interface SandboxChange {
  readonly name?: string;
  readonly labels?: { readonly [name: string]: string | null };
  readonly process?: SandboxProcess | null;
  /** Ports to publish, and published ones to withdraw: what is left out of `remove` may be anything. */
  readonly ports?: { readonly add?: readonly PortAsk[]; readonly remove?: readonly PortAsk[] };
  readonly rates?: RatesChange;
  readonly aliases?: { readonly add?: readonly AliasAsk[]; readonly remove?: readonly AliasAsk[] };
  /** In place of the one that there is; `null`: what its networks say. Connections that are no longer allowed end. */
  readonly egress?: readonly string[] | null;
  /** Answers follow at once; the files in /etc are those of programs that start later. */
  readonly dns?: DnsChange;
}

/** How something is removed. */
export interface RemoveHow {
  /** Also what is in use: an endpoint leaves first, a sandbox's endpoints go with it and its process is no obstacle. A network with endpoints in sandboxes stays all the same: `network-in-use`. */
  readonly force?: boolean;
  /** Resolve only when the kernel has let go of everything, not already when the change is live. */
  readonly settle?: boolean;
}

/** For how long a call is waited for. */
export interface CallHow {
  /** Once it aborts the call throws the signal's reason, as `fetch` does. What is under way goes on and may be done: look. Of many no more are begun. */
  readonly signal?: AbortSignal | null | undefined;
}
