import type { FairleadError } from '../base/error.js';
import type { Ip } from '../ip/types.js';
import type { Endpoint } from './records.js';

/** A host that shares networks of global scope with others. */
export interface ClusterHost {
  /** Unique in its cluster. */
  readonly name: string;
  /** The Fairlead that has this name: its state directory's. */
  readonly instance: string;
  /** Where other hosts reach it: the underlay's address. */
  readonly address: Ip;
}

/** This host as one of its cluster, for people. */
export interface OwnPlace {
  readonly host: string;
  readonly address: Ip;
  /** The store that the hosts share. */
  readonly store: string;
  /** Whether the others count on it now. */
  readonly alive: boolean;
}

/** How a host of the cluster is. */
export interface HostView extends ClusterHost {
  /** `departed`: it does not answer, and its addresses wait until nobody can use them any more. */
  readonly state: 'alive' | 'departed';
  /** Seconds for which its addresses still wait. */
  readonly waits?: number;
  /** Whether it is the one that answers. */
  readonly own: boolean;
  readonly endpoints: number;
}

/** An endpoint of a network of global scope, as its host tells the others. */
export interface Published {
  readonly endpoint: Endpoint & { readonly host: string };
  /** By what it is found on its network: Docker's DNSNames. */
  readonly names: readonly string[];
  /** Ports that it serves, `tcp 80` each. */
  readonly services: readonly string[];
  /** The name of the sandbox that it is in. */
  readonly sandbox?: string;
}

/** An endpoint on another host, for describing what leads there. */
export interface Peer {
  readonly endpoint: Endpoint;
  readonly host: ClusterHost;
}

/** What others wrote into the shared store and this host cannot follow, and why. */
export interface Unfollowed {
  /** As `doctor` names it: `network/web`. */
  readonly object: string;
  readonly problem: string;
  readonly error: FairleadError;
}

/** What all hosts agree on for a network, and what no other network of the cluster may have meanwhile: `vni/4097`. */
export interface Agreement {
  readonly facts: { readonly [key: string]: number | string | readonly number[] };
  readonly claims: readonly string[];
}
