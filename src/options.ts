import type { Log } from './base/log.js';
import type { DefaultBridge } from './model/default-bridge.js';
import type { Strings } from './model/records.js';

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
  /** Where the engine says what it did. Default: nowhere. */
  readonly log?: Log;
}
