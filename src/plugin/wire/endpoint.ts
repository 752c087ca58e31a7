import type { Facts } from '../../base/json.js';
import type { InterfaceAddress, Ip, Mac, Prefix } from '../../ip/types.js';
import { z } from 'zod';
import { type Codec, facts, map, maps } from './codec.js';
import { type EndpointOptions, endpointOptions } from './options.js';
import { listOf, text, yes, struct } from '../../base/go-json.js';
import { address, ip, mac, prefix, reference } from './values.js';

/** The addresses of an endpoint, as far as they are said. */
export interface EndpointInterface {
  readonly address?: InterfaceAddress | undefined;
  readonly address6?: InterfaceAddress | undefined;
  readonly mac?: Mac | undefined;
}

export interface EndpointRef {
  readonly network: string;
  readonly endpoint: string;
}

export interface CreateEndpoint extends EndpointRef {
  /** What is chosen already. A driver may choose what is not. */
  readonly interface: EndpointInterface;
  readonly options: EndpointOptions;
}

/** What a driver chose for an endpoint; no field of it may have been said in the request. */
export interface CreatedEndpoint {
  readonly interface: EndpointInterface;
}

export interface Join extends EndpointRef {
  /** The path of the container's network namespace. */
  readonly sandboxKey: string;
  /** Those of the container, whichever network it is joined to. */
  readonly options: EndpointOptions;
}

/** The link that a driver left in the host's stack for a container. */
export interface LinkName {
  readonly source: string;
  /** How it is called in the container; a number follows. */
  readonly prefix: string;
  /** How it is called there, without a number. */
  readonly name?: string | undefined;
}

/** A route for a container; without `via` what is there is on the link itself. */
export interface StaticRoute {
  readonly to: Prefix;
  readonly via?: Ip | undefined;
}

export interface Joined {
  readonly link?: LinkName | undefined;
  readonly gateway?: Ip | undefined;
  readonly gateway6?: Ip | undefined;
  readonly routes: readonly StaticRoute[];
  /** The container is to get no way out by other means, if this endpoint is none. */
  readonly disableGatewayService: boolean;
}

export interface ProgramConnectivity extends EndpointRef {
  readonly options: EndpointOptions;
}

/** What a driver tells of an endpoint. */
export interface OperInfo {
  readonly value: Facts;
}

/** A host that came or went. */
export interface NodeDiscovery {
  readonly address: string;
  /** It is the one that this plugin is on. */
  readonly self: boolean;
}

const ids = { NetworkID: reference, EndpointID: reference };
const writeIds = ({ network, endpoint }: EndpointRef) => ({ NetworkID: network, EndpointID: endpoint });

const endpointInterface = struct({ Address: address, AddressIPv6: address, MacAddress: mac }).transform(
  ({ Address, AddressIPv6, MacAddress }): EndpointInterface => ({ address: Address, address6: AddressIPv6, mac: MacAddress }),
);

export const endpointRef: Codec<EndpointRef> = {
  schema: struct(ids).transform(({ NetworkID, EndpointID }) => ({ network: NetworkID, endpoint: EndpointID })),
  write: writeIds,
};

export const createEndpoint: Codec<CreateEndpoint> = {
  schema: struct({ ...ids, Interface: endpointInterface, Options: endpointOptions.schema }).transform(({ NetworkID, EndpointID, Interface, Options }) => ({
    network: NetworkID,
    endpoint: EndpointID,
    interface: Interface,
    options: Options,
  })),
  write: ({ interface: { address: ip4, address6: ip6, mac: own }, options, ...ref }) => ({
    ...writeIds(ref),
    Interface: { Address: ip4 ?? '', AddressIPv6: ip6 ?? '', MacAddress: own ?? '' },
    Options: endpointOptions.write(options),
  }),
};

export const createdEndpoint: Codec<CreatedEndpoint> = {
  schema: struct({ Interface: endpointInterface }).transform(({ Interface }) => ({ interface: Interface })),
  write: ({ interface: { address: ip4, address6: ip6, mac: own } }) => ({ Interface: map({ Address: ip4, AddressIPv6: ip6, MacAddress: own }) }),
};

export const join: Codec<Join> = {
  schema: struct({ ...ids, SandboxKey: text, Options: endpointOptions.schema }).transform(({ NetworkID, EndpointID, SandboxKey, Options }) => ({
    network: NetworkID,
    endpoint: EndpointID,
    sandboxKey: SandboxKey,
    options: Options,
  })),
  write: ({ sandboxKey, options, ...ref }) => ({ ...writeIds(ref), SandboxKey: sandboxKey, Options: endpointOptions.write(options) }),
};

// RouteType of libnetwork: by a next hop, or on the link.
const NEXT_HOP = 0;
const CONNECTED = 1;

// IFNAMSIZ (linux/if.h) leaves 15 octets; a name has no slash and no white space (dev_valid_name).
const linkName = (most: number) =>
  text.refine((name) => name === '' || (/^[^\s/:]+$/.test(name) && name !== '.' && name !== '..' && Buffer.byteLength(name) <= most), 'no name of a link');

const link = struct({ SrcName: linkName(15), DstPrefix: linkName(13), DstName: linkName(15) }).transform(
  ({ SrcName, DstPrefix, DstName }): LinkName | undefined =>
    SrcName === '' ? undefined : { source: SrcName, prefix: DstPrefix || 'eth', name: DstName || undefined },
);

const route = struct({
  Destination: prefix,
  RouteType: z
    .literal([NEXT_HOP, CONNECTED])
    .nullish()
    .transform((type) => type ?? NEXT_HOP),
  NextHop: ip,
}).transform(({ Destination, RouteType, NextHop }, context): StaticRoute => {
  if (Destination === undefined) context.addIssue({ code: 'custom', message: 'a route without a Destination' });
  if (RouteType === NEXT_HOP && NextHop === undefined) context.addIssue({ code: 'custom', message: 'a route without a NextHop' });
  return Destination === undefined ? z.NEVER : { to: Destination, via: RouteType === NEXT_HOP ? NextHop : undefined };
});

export const joined: Codec<Joined> = {
  schema: struct({ InterfaceName: link, Gateway: ip, GatewayIPv6: ip, StaticRoutes: listOf(route), DisableGatewayService: yes }).transform(
    ({ InterfaceName, Gateway, GatewayIPv6, StaticRoutes, DisableGatewayService }) => ({
      link: InterfaceName,
      gateway: Gateway,
      gateway6: GatewayIPv6,
      routes: StaticRoutes,
      disableGatewayService: DisableGatewayService,
    }),
  ),
  write: ({ link: own, gateway, gateway6, routes, disableGatewayService }) => ({
    ...(own && { InterfaceName: { SrcName: own.source, DstPrefix: own.prefix, ...(own.name && { DstName: own.name }) } }),
    Gateway: gateway ?? '',
    ...(gateway6 && { GatewayIPv6: gateway6 }),
    StaticRoutes: routes.map(({ to, via }) => ({ Destination: to, RouteType: via ? NEXT_HOP : CONNECTED, NextHop: via ?? '' })),
    DisableGatewayService: disableGatewayService,
  }),
};

export const programConnectivity: Codec<ProgramConnectivity> = {
  schema: struct({ ...ids, Options: endpointOptions.schema }).transform(({ NetworkID, EndpointID, Options }) => ({
    network: NetworkID,
    endpoint: EndpointID,
    options: Options,
  })),
  write: ({ options, ...ref }) => ({ ...writeIds(ref), Options: endpointOptions.write(options) }),
};

export const operInfo: Codec<OperInfo> = {
  schema: struct({ Value: facts }).transform(({ Value }) => ({ value: Value })),
  write: ({ value }) => ({ Value: maps(value) }),
};

// DiscoveryType of libnetwork's discoverapi; datastores are no longer told of.
const NODE = 1;

/** None for a discovery of another kind than nodes, of which a plugin has nothing to say. */
export const nodeDiscovery: Codec<NodeDiscovery | undefined> = {
  schema: struct({ DiscoveryType: z.int().nullish(), DiscoveryData: facts }).transform(({ DiscoveryType, DiscoveryData }) => {
    if (DiscoveryType !== NODE) return undefined;
    const read = struct({ Address: text, Self: yes }).safeParse(DiscoveryData);
    return read.success ? { address: read.data.Address, self: read.data.Self } : undefined;
  }),
  write: (node) =>
    node ? { DiscoveryType: NODE, DiscoveryData: { Address: node.address, BindAddress: '', Self: node.self } } : { DiscoveryType: 0, DiscoveryData: null },
};
