import type { CniDns } from '../../cni/wire/result.js';
import type { Ip, Prefix } from '../../ip/types.js';
import type { Strings } from '../../model/records.js';
import type { RangeWish } from './ipam-range.js';

/** A route that whoever gives addresses wants a container to have. */
export interface WishedRoute {
  readonly to: Prefix;
  readonly via?: Ip;
}

/** How a network's bridge, or whatever else it is of, is to be: a driver's part of a configuration. */
export interface DriverWish {
  /** Options of the network, in Fairlead's words. */
  readonly options: Strings;
  readonly endpointOptions: Strings;
  /** The host has an address there, by which containers reach it. */
  readonly gateway: boolean;
  /** Containers are led out by it, whether its addresses bring such a route or not. */
  readonly leadsOut: boolean;
  readonly mac?: string;
}

/** Who gives addresses: a plugin of this name, the segment's DHCP servers, asked with these options, or ourselves, out of these ranges where there are any, which a runtime may have `told`; or `nobody`. */
export type IpamWish =
  | { readonly plugin: string }
  | { readonly dhcp: Strings }
  | { readonly ranges: Ground['pools']; readonly routes: readonly WishedRoute[]; readonly told?: true; readonly nobody?: true };

/** A plugin's configuration, understood. */
export interface Wish {
  readonly name: string;
  readonly driver: string;
  readonly wanted: DriverWish;
  readonly ipam: IpamWish;
  readonly internal: boolean;
  readonly ipv6?: boolean;
  readonly egress?: readonly string[];
  /** What its administrator says of names; nothing where that is left to Fairlead. */
  readonly dns?: CniDns;
}

/** What `ipam` gives to one container, or would: addresses with their subnets, and routes. */
export interface Ground {
  readonly pools: readonly ({ readonly subnet: Prefix; readonly gateway?: Ip } & Partial<RangeWish>)[];
  readonly routes: readonly WishedRoute[];
}
