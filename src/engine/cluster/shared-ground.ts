import type { Log } from '../../base/log.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { Store } from '../../store/store.js';
import type { Records } from '../records.js';
import type { Owed } from './owed.js';
import type { SharedNetworks } from './shared-networks.js';

/** What the parts of a cluster work with. */
export interface SharedGround {
  /** The store that all hosts share. */
  readonly store: Store;
  /** This host, as the others see it. */
  readonly host: ClusterHost;
  readonly records: Records;
  readonly owed: Owed;
  readonly networks: SharedNetworks;
  readonly log: Log;
}
