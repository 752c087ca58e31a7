import type { Facts } from '../../base/json.js';
import type { Ip } from '../../ip/types.js';
import type { BorrowedFacts } from './borrow.js';
import type { MadeVlan } from '../vlan-of.js';
import type { StationFacts } from './station.js';

/** What was chosen when the network was realized; `filtered` follows the host. */
export interface BridgeFacts extends Facts {
  readonly device: string;
  readonly mac: string;
  /** The part of somebody else's bridge that the network has, where others of ours have others of it. */
  readonly place?: string;
  /** How somebody else's bridge was found, where the network uses one. */
  readonly borrowed?: BorrowedFacts;
  /** The link of the host that is a port of the bridge, and its MTU in bytes, which the bridge and its sandboxes have. */
  readonly parent?: string;
  /** The parent is ours: a VLAN of a link of the host's. */
  readonly made?: MadeVlan;
  readonly parentUse?: { readonly as: 'port' };
  readonly parentMtu?: number;
  /** The addresses that the host has by it. */
  readonly own?: readonly Ip[];
  /** Whether this kernel has IPv6, so that routers on the segment are heard; they are where that is not known. */
  readonly inet6?: boolean;
  /** By which its segment is asked for addresses, where they come from there. */
  readonly station?: StationFacts;
  /** The families whose forwarding Fairlead turns on: what is none of ours is not to be forwarded then. */
  readonly fenced: readonly string[];
  /** The families of which bridged packets meet the ruleset (br_netfilter); else the ports themselves keep sandboxes apart. */
  readonly filtered: readonly string[];
  /** Whether this kernel can judge what comes in by the ports of a bridge. */
  readonly judged: boolean;
  /** Links that live by router advertisements, which forwarding would make them ignore. */
  readonly uplinks: readonly string[];
  /** The links by which the host reaches others, of each family for which Docker drops what its chain DOCKER-USER does not let pass. */
  readonly docker: { readonly ipv4?: readonly string[]; readonly ipv6?: readonly string[] };
}
