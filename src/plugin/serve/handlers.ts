import type { CreateEndpoint, CreatedEndpoint, EndpointRef, Join, Joined, NodeDiscovery, OperInfo, ProgramConnectivity } from '../wire/endpoint.js';
import type { AddressSpaces, GivenAddress, GivenPool, IpamCapabilities, PoolRef, ReleaseAddress, RequestAddress, RequestPool } from '../wire/ipam.js';
import type { AllocateNetwork, Allocated, CreateNetwork, GatewayCheck, NetworkCapabilities, NetworkRef } from '../wire/network.js';
import type { NetworkOptions } from '../wire/options.js';

/** An answer, at once or later. What is thrown is told to the engine, by its message. */
type Answer<T> = Promise<T> | T;

/**
 * A driver of networks. Asks come at once, for other objects and for the same; everything may be asked a second time after a crash of
 * the engine. What has a question mark may be left out: the engine is told that there is no such call.
 */
export interface NetworkDriver {
  /** Without it: networks of one host, no say in gateways. */
  readonly capabilities?: Partial<NetworkCapabilities>;
  /** Makes a network. Its subnets are chosen. */
  createNetwork(ask: CreateNetwork): Answer<void>;
  /** Removes what `createNetwork` made; of a network that is not known there is nothing to do. */
  deleteNetwork(ask: NetworkRef): Answer<void>;
  /** Makes ready for an endpoint. Chooses what of its addresses was not said, and nothing that was. */
  createEndpoint(ask: CreateEndpoint): Answer<CreatedEndpoint | void>;
  /** Removes what `createEndpoint` made, also of an endpoint that never was joined. */
  deleteEndpoint(ask: EndpointRef): Answer<void>;
  /** Leaves a link in the host's stack for the container, and says which; the engine moves it, renames it and gives it the addresses. */
  join(ask: Join): Answer<Joined>;
  /** The container is out: the link is back in the host's stack, or gone with its peer. */
  leave(ask: EndpointRef): Answer<void>;
  /** What is known of an endpoint, for people; nothing without it. */
  endpointOperInfo?(ask: EndpointRef): Answer<OperInfo>;
  /** The endpoint is the container's way out: its ports may be published. */
  programExternalConnectivity?(ask: ProgramConnectivity): Answer<void>;
  /** It no longer is. */
  revokeExternalConnectivity?(ask: EndpointRef): Answer<void>;
  /** Of a network of global scope: what all hosts agree on. */
  allocateNetwork?(ask: AllocateNetwork): Answer<Allocated>;
  /** Gives back what `allocateNetwork` took. */
  freeNetwork?(ask: NetworkRef): Answer<void>;
  /** Whether a network with these options needs an address for a gateway; asked where the capabilities say so. */
  gwAllocCheck?(ask: { readonly options: NetworkOptions }): Answer<GatewayCheck>;
  /** A host came; `undefined` stands for a discovery of another kind. */
  discoverNew?(ask: NodeDiscovery | undefined): Answer<void>;
  /** A host went. */
  discoverDelete?(ask: NodeDiscovery | undefined): Answer<void>;
}

/** A driver of addresses. What it gave is given back by the same names, and may be given back twice. */
export interface IpamDriver {
  /** Without it: no MAC address is told, nothing is asked again. */
  readonly capabilities?: Partial<IpamCapabilities>;
  /** The spaces in which its subnets must not overlap. */
  readonly spaces: AddressSpaces;
  /** Gives a subnet: the one that is asked for, or one of its choice. */
  requestPool(ask: RequestPool): Answer<GivenPool>;
  /** Takes it back. */
  releasePool(ask: PoolRef): Answer<void>;
  /** Gives an address of a subnet: the one that is asked for, or one of its choice. */
  requestAddress(ask: RequestAddress): Answer<GivenAddress>;
  /** Takes it back. */
  releaseAddress(ask: ReleaseAddress): Answer<void>;
}

/** What a plugin is: one of both, or both. */
export interface Plugin {
  /** An engine begins to use it: once for each of the engine's starts, before its first other call. What it asked for and was never told of again may be forgotten. */
  readonly activated?: () => Answer<void>;
  readonly network?: NetworkDriver;
  readonly ipam?: IpamDriver;
}
