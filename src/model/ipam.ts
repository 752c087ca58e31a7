import type { Id } from '../base/id.js';
import type { Family, Ip, Mac, Prefix } from '../ip/types.js';
import type { Stack } from '../resource/resource.js';
import type { Lease, Pool, Strings } from './records.js';

/** The name of the auxiliary address that is the host's own, where a driver wants one. */
export const HOST_AUX = 'host';

/** What a network asks of IPAM for one subnet. Without `subnet` one is picked. */
export interface PoolRequest {
  readonly family: Family;
  readonly subnet?: Prefix;
  readonly range?: Prefix;
  /** The gateway that the user named. */
  readonly gateway?: Ip;
  /** Whether a gateway is picked when none is named. */
  readonly wantsGateway: boolean;
  /** Whether the host is to have an address in it beside the gateway's: the auxiliary one of this name, picked where the user named none. */
  readonly wantsHost?: true;
  readonly aux: { readonly [name: string]: Ip };
  readonly options: Strings;
  /** Ranges that a picked subnet must not overlap: routes in use on the host, its name servers. */
  readonly avoid: readonly Prefix[];
  /** Who asks, for messages: a network's name. */
  readonly holder: string;
}

/** Whose an address is, or is to be. */
export interface Holder {
  readonly endpoint: Id;
  /** The endpoint's name. */
  readonly name: string;
  readonly network: Id;
  readonly mac?: Mac;
}

/** What an endpoint asks of a pool. Without `ip` the next free one is given. */
export interface AddressRequest {
  readonly ip?: Ip;
  readonly mac?: Mac;
  /** What the host has itself by now; none of them is given. */
  readonly avoid?: readonly Ip[];
  /** The network's name, for messages. */
  readonly holder: string;
  readonly by: Holder;
  /** Those of the network's IPAM. */
  readonly options: Strings;
}

/** A lease that its authority has to keep up: known from before a restart, or lost since. */
export interface Kept extends Omit<AddressRequest, 'mac'> {
  readonly pool: Pool;
  readonly lease?: Lease;
}

/** A lease that changed by itself; without one the address is no longer the endpoint's. */
export interface LeaseChange {
  readonly endpoint: Id;
  readonly family: Family;
  readonly lease?: Lease;
}

/** Where a segment is spoken to: a link, in a stack. */
export interface Place {
  readonly stack: Stack;
  readonly link: string;
  /** What people know the segment by: a link of the host. */
  readonly name?: string;
}

/**
 * Gives pools to networks and addresses to endpoints. Its answers are stored with the records; after a restart they are
 * handed back through `restore`, so it keeps nothing durable itself. Every `give` may come twice: the second is nothing.
 */
export interface Ipam {
  readonly name: string;
  /** It has nothing to give: its networks have no subnets, their endpoints no addresses. */
  readonly gives?: false;
  /** It is told the MAC address beforehand, and asks others: an answer takes its time. */
  readonly asksSegment?: true;
  /** Whether addresses of this family come from the segment, so that a subnet only bounds them. */
  outside?(family: Family, options: Strings): boolean;
  /** It is a program of its own, which keeps what it gave until that is given back: what was taken is written down before anything is made of it. */
  readonly keepsBooks?: true;
  /** Whether it wants to know the MAC address of whom an address is for. */
  needsMac?(): Promise<boolean>;
  /** Refuses options that it does not have, before anything is asked of it. Throws `ipam-option-unknown`. */
  check(options: Strings): void;
  /** Throws `pool-overlap`, `pool-outside`, `pools-exhausted`, `subnet-invalid`. The gateway and auxiliary addresses are taken with it. */
  takePool(request: PoolRequest): Promise<Pool> | Pool;
  givePool(pool: Pool): Promise<void> | void;
  /** Throws `addresses-exhausted`, `address-taken`, `address-outside`, and `value-invalid` for the subnet's own address and its broadcast. */
  takeAddress(pool: Pool, request: AddressRequest): Promise<Lease> | Lease;
  giveAddress(lease: Lease, by: Holder): Promise<void> | void;
  /** Whether no address of a pool is free any more. */
  isFull(pool: Pool): Promise<boolean> | boolean;
  /** What records already hold, after a restart; `options` are those with which the pools were taken. */
  restore(holder: string, pools: readonly Pool[], leases: readonly Lease[], options: Strings): Promise<void> | void;
  /** Leases of an authority that has them for a time only: keeps them up from here on, and calls `changed` for each that changes by itself. */
  keep?(kept: readonly Kept[], changed: (change: LeaseChange) => void): void;
  /** The endpoint is no more, whether it had an address or was without. */
  forget?(endpoint: Id): Promise<void>;
  /** Gives one back that somebody else on the segment has: whether its authority gives another in its place. */
  declineAddress?(lease: Lease, by: Holder): Promise<boolean>;
  /** A link of the host has its carrier again: it may lead elsewhere than before. */
  returned?(link: string): void;
  /** Keeps nothing up any more. */
  close?(): Promise<void>;
}
