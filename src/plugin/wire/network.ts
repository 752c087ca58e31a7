import { z } from 'zod';
import type { InterfaceAddress, Prefix } from '../../ip/types.js';
import { type Codec, map } from './codec.js';
import { type NetworkOptions, networkOptions } from './options.js';
import { listOf, strings, text, yes, struct } from '../../base/go-json.js';
import { address, prefix, reference } from './values.js';
import type { Facts } from '../../base/json.js';

/** What a driver can do. */
export interface NetworkCapabilities {
  /** Whether its networks are of one host, or of all that share them. */
  readonly scope: 'local' | 'global';
  /** Whether endpoints reach each other on one host, or from all; as its scope without. */
  readonly connectivity?: 'local' | 'global' | undefined;
  /** Whether it wants to be asked if a network needs a gateway's address. */
  readonly asksForGateways: boolean;
}

/** A subnet of a network. */
export interface Subnet {
  /** The address space of its IPAM driver. */
  readonly space: string;
  readonly pool?: Prefix | undefined;
  readonly gateway?: InterfaceAddress | undefined;
  /** Addresses that the user keeps for things of their own, by name. */
  readonly aux: { readonly [name: string]: InterfaceAddress };
}

export interface NetworkRef {
  readonly network: string;
}

export interface CreateNetwork extends NetworkRef {
  readonly options: NetworkOptions;
  readonly ipv4: readonly Subnet[];
  readonly ipv6: readonly Subnet[];
}

/** What a manager asks for a network of global scope, once for all hosts. */
export interface AllocateNetwork extends NetworkRef {
  readonly options: { readonly [name: string]: string };
  readonly ipv4: readonly Subnet[];
  readonly ipv6: readonly Subnet[];
}

export interface Allocated {
  readonly options: { readonly [name: string]: string };
}

/** Which families of a network need no address for a gateway. */
export interface GatewayCheck {
  readonly skip4: boolean;
  readonly skip6: boolean;
}

const scope = z
  .string()
  .nullish()
  .transform((value) => (value ?? '').toLowerCase());
const capable = scope.pipe(z.enum(['local', 'global'], 'Scope is neither "local" nor "global"'));
const connectivity = scope.pipe(z.enum(['', 'local', 'global'], 'ConnectivityScope is neither "local" nor "global"'));

const auxiliary = z
  .record(z.string(), address)
  .nullish()
  .transform((all) => Object.fromEntries(Object.entries(all ?? {}).flatMap(([name, each]) => (each === undefined ? [] : [[name, each]]))));
const subnet = struct({ AddressSpace: text, Pool: prefix, Gateway: address, AuxAddresses: auxiliary }).transform(
  ({ AddressSpace, Pool, Gateway, AuxAddresses }): Subnet => ({ space: AddressSpace, pool: Pool, gateway: Gateway, aux: AuxAddresses }),
);

const writeSubnet = ({ space, pool, gateway, aux }: Subnet): Facts =>
  map({ AddressSpace: space, Pool: pool, Gateway: gateway, AuxAddresses: Object.keys(aux).length > 0 ? map(aux) : undefined });

export const networkCapabilities: Codec<NetworkCapabilities> = {
  schema: struct({ Scope: capable, ConnectivityScope: connectivity, GwAllocChecker: yes }).transform(({ Scope, ConnectivityScope, GwAllocChecker }) => ({
    scope: Scope,
    connectivity: ConnectivityScope || undefined,
    asksForGateways: GwAllocChecker,
  })),
  write: (can) => ({
    Scope: can.scope,
    ...(can.connectivity && { ConnectivityScope: can.connectivity }),
    ...(can.asksForGateways && { GwAllocChecker: true }),
  }),
};

export const networkRef: Codec<NetworkRef> = {
  schema: struct({ NetworkID: reference }).transform(({ NetworkID }) => ({ network: NetworkID })),
  write: ({ network }) => ({ NetworkID: network }),
};

export const createNetwork: Codec<CreateNetwork> = {
  schema: struct({ NetworkID: reference, Options: networkOptions.schema, IPv4Data: listOf(subnet), IPv6Data: listOf(subnet) }).transform(
    ({ NetworkID, Options, IPv4Data, IPv6Data }) => ({ network: NetworkID, options: Options, ipv4: IPv4Data, ipv6: IPv6Data }),
  ),
  write: ({ network, options, ipv4, ipv6 }) => ({
    NetworkID: network,
    Options: networkOptions.write(options),
    IPv4Data: ipv4.map(writeSubnet),
    IPv6Data: ipv6.map(writeSubnet),
  }),
};

export const allocateNetwork: Codec<AllocateNetwork> = {
  schema: struct({ NetworkID: reference, Options: strings, IPv4Data: listOf(subnet), IPv6Data: listOf(subnet) }).transform(
    ({ NetworkID, Options, IPv4Data, IPv6Data }) => ({ network: NetworkID, options: Options, ipv4: IPv4Data, ipv6: IPv6Data }),
  ),
  write: ({ network, options, ipv4, ipv6 }) => ({
    NetworkID: network,
    Options: map(options),
    IPv4Data: ipv4.map(writeSubnet),
    IPv6Data: ipv6.map(writeSubnet),
  }),
};

export const allocated: Codec<Allocated> = {
  schema: struct({ Options: strings }).transform(({ Options }) => ({ options: Options })),
  write: ({ options }) => ({ Options: map(options) }),
};

export const gatewayOptions: Codec<{ readonly options: NetworkOptions }> = {
  schema: struct({ Options: networkOptions.schema }).transform(({ Options }) => ({ options: Options })),
  write: ({ options }) => ({ Options: networkOptions.write(options) }),
};

export const gatewayCheck: Codec<GatewayCheck> = {
  schema: struct({ SkipIPv4: yes, SkipIPv6: yes }).transform(({ SkipIPv4, SkipIPv6 }) => ({ skip4: SkipIPv4, skip6: SkipIPv6 })),
  write: ({ skip4, skip6 }) => ({ SkipIPv4: skip4, SkipIPv6: skip6 }),
};
