import type { Facts } from '../../base/json.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { ParentClaim } from '../../model/driver.js';
import type { MadeVlan } from '../vlan-of.js';

/** What was chosen on this host for a network whose endpoints stand upon a link of it. */
export interface UpperFacts extends Facts, Omit<ParentClaim, 'network'> {
  /** What the parent carries in a packet, in bytes. */
  readonly parentMtu?: number;
  /** Whether this kernel has IPv6, so that routers on the wire are heard; they are where that is not known. */
  readonly inet6?: boolean;
  /** The parent is ours: a VLAN of somebody's link, or one that leads nowhere. */
  readonly made?: MadeVlan | { readonly mac: Mac };
  /** The host's own link to its endpoints, where it has one, and its addresses there. */
  readonly shim?: { readonly link: string; readonly mac: Mac; readonly addresses: readonly Ip[] };
}
