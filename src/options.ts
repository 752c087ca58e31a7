import type { Log } from './base/log.js';
import type { DefaultBridge } from './model/default-bridge.js';
import type { Strings } from './model/records.js';
import type { EtcdSettings } from './store/etcd/place.js';

/** How a host takes part in a cluster. */
export interface ClusterOptions {
  /** The etcd that the hosts share: `etcd://HOST:PORT,HOST:PORT/PREFIX`, or more of it where it asks who is there. */
  readonly store: string | EtcdSettings;
  /** What this host is called among them. Default: the machine's host name. */
  readonly host?: string;
  /** Where others reach it: an address of this host, or a link that has one. Default: the address of the link of the default route. */
  readonly address?: string;
  /** Seconds after which the others count a host as gone that does not answer: 2 to 600, default 10. */
  readonly lease?: number;
  /** Seconds for which nobody is given the addresses of a host that went: 1 to 604,800, default 3,600. */
  readonly quarantine?: number;
  /** Seconds after which hosts send by another key, on encrypted networks: 2 to 604,800, default 43,200. */
  readonly rotation?: number;
}

/** Where plugins of Docker's protocol are found: drivers of networks and of addresses that are programs of their own. */
export interface PluginOptions {
  /** Directories of their sockets and of files that say where they are. Default: Docker's, `/run/docker/plugins`, `/etc/docker/plugins`, `/usr/lib/docker/plugins`. */
  readonly dirs?: readonly string[];
  /** Seconds for which one is waited for that is not there, and for which each of its answers is: default 30. */
  readonly patience?: number;
}

/** Where networks of driver `cni` find plugins of CNI, and keep what these made. */
export interface CniPlaceOptions {
  /** Directories of plugins, in the order in which they are looked for. Default `/opt/cni/bin`, then `/usr/lib/cni`. */
  readonly pluginDirectories?: readonly string[];
  /** Default `/var/lib/cni`, as every other runtime. */
  readonly cacheDirectory?: string;
}

/** How `createFairlead` sets itself up. Everything has a default. */
export interface FairleadOptions {
  /** Where definitions are kept, durably. Default `/var/lib/fairlead`. */
  readonly state?: string;
  /** Where this boot's records and namespace files are kept; best on tmpfs. Default `/run/fairlead`. */
  readonly run?: string;
  /** The path of the network namespace to treat as the host's. Default: the one that the process is in. */
  readonly host?: string;
  /** `simulated` applies every plan to memory: no root, nothing touched, and `state` and `run` are not used. Default `linux`. */
  readonly kernel?: 'linux' | 'simulated';
  /** Options that networks of a driver have unless they say otherwise. */
  readonly drivers?: { readonly [driver: string]: Strings };
  /** What the predefined network `bridge` is to be: it follows at a start at which nothing is on it. */
  readonly bridge?: DefaultBridge;
  /** Where subnets are picked from: each base is cut into subnets of `size` bits. Default: Docker's. */
  readonly addressPools?: readonly { readonly base: string; readonly size: number }[];
  /**
   * Name servers that sandboxes' resolvers ask, from the host's stack, about names that are not in their networks. Default: those of
   * the host's /etc/resolv.conf, as it changes.
   */
  readonly dns?: readonly string[];
  /**
   * Seconds between looks at everything in the kernel that is ours; what others changed is mended. Most changes are mended at
   * once, because the kernel tells of them: these looks find the others. 0 for none; default 300, at most 86,400.
   */
  readonly driftInterval?: number;
  /** Makes this host one of several that share networks, by a store that all of them reach. */
  readonly cluster?: ClusterOptions;
  /** Drivers that are programs of their own, found by name when a network names them. */
  readonly plugins?: PluginOptions;
  /** Where plugins of CNI are. For how long one is waited for, `plugins` says. */
  readonly cni?: CniPlaceOptions;
  /** Where the engine says what it did. Default: nowhere. */
  readonly log?: Log;
}
