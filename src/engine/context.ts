import type { Clock } from '../base/clock.js';
import type { Hub } from '../base/hub.js';
import type { Log } from '../base/log.js';
import type { Queues } from '../base/queues.js';
import type { Prefix } from '../ip/types.js';
import type { Kernel } from '../kernel/kernel.js';
import type { Ledger } from '../ledger/ledger.js';
import type { Journal } from '../ledger/types.js';
import type { Check } from '../model/check.js';
import type { DefaultBridge } from '../model/default-bridge.js';
import type { Driver, Feature } from '../model/driver.js';
import type { FairleadEvent } from '../model/fairlead.js';
import type { Ipam } from '../model/ipam.js';
import type { Plugins } from '../model/plugins.js';
import type { Facts } from '../base/json.js';
import type { Instance } from '../resource/mark.js';
import type { TableFamily } from '../resource/resource.js';
import type { Strings } from '../model/records.js';
import type { Upstream } from '../names/types.js';
import type { Cluster } from './cluster/cluster.js';
import type { DriftKnown } from './controllers/drift-counts.js';
import type { NamesFollower } from './controllers/names-follower.js';
import type { Debts } from './debts.js';
import type { Draining } from './draining.js';
import type { HostPorts } from './host-ports.js';
import type { Records } from './records.js';

/** All that the operations work with. The wiring makes it, once. */
export interface Context {
  /** Whose mark is on what is made. */
  readonly instance: Instance;
  readonly records: Records;
  readonly ledger: Ledger;
  readonly journal: Journal;
  readonly kernel: Kernel;
  /** By name; those that are plugins since somebody named them. */
  readonly drivers: Map<string, Driver>;
  /** What is described for every endpoint. */
  readonly features: readonly Feature[];
  readonly ports: HostPorts;
  readonly ipams: Map<string, Ipam>;
  /** Drivers that are programs of their own. */
  readonly plugins: Plugins;
  /** What plugins were asked for and are to be given back. */
  readonly debts: Debts;
  /** Options that networks of a driver have unless they say otherwise. */
  readonly defaults: { readonly [driver: string]: Strings };
  /** What the predefined network `bridge` is to be. */
  readonly defaultBridge: DefaultBridge;
  readonly checks: readonly Check[];
  /** Who answers names, kept as the records are. */
  readonly names: NamesFollower;
  /** Kept by the drift controller. */
  readonly drift: DriftKnown;
  readonly queues: Queues;
  readonly draining: Draining;
  readonly hub: Hub<FairleadEvent>;
  readonly clock: Clock;
  readonly log: Log;
  /** The host's name servers, as they are now. */
  readonly upstreams: () => readonly Upstream[];
  /** Ranges that no picked subnet may overlap, beside the host's routes: its name servers. */
  readonly avoid: readonly Prefix[];
  /** The constant table of the host of a family, or of a sandbox whose resolver listens on this port, as text that `nft -f` loads. */
  readonly ruleset: (of: TableFamily | number) => string;
  /** What this host shares with others, where it does. */
  readonly cluster?: Cluster | undefined;
  /** What `info` says of this instance and its host. */
  readonly about: Facts;
}
