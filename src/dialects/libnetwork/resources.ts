import type { Endpoint, Network, Sandbox } from '../../model/records.js';

/** An endpoint as libnetwork's API shows it (api/types.go `endpointResource`). */
export interface EndpointResource {
  readonly name: string;
  readonly id: string;
  /** The network's name. */
  readonly network: string;
}

/** A network (`networkResource`). */
export interface NetworkResource {
  readonly name: string;
  readonly id: string;
  /** Its driver. */
  readonly type: string;
  readonly endpoints: readonly EndpointResource[];
}

/** A sandbox (`sandboxResource`). */
export interface SandboxResource {
  readonly id: string;
  /** The path by which programs enter it; empty where it is on another host. */
  readonly key: string;
  readonly container_id: string;
}

export const endpointResource = ({ name, id }: Endpoint, network: Pick<Network, 'name'>): EndpointResource => ({ name, id, network: network.name });

/** The network with those of the endpoints that are its own. */
export const networkResource = (network: Network, endpoints: readonly Endpoint[]): NetworkResource => ({
  name: network.name,
  id: network.id,
  type: network.driver,
  endpoints: endpoints.filter((endpoint) => endpoint.network === network.id).map((endpoint) => endpointResource(endpoint, network)),
});

export const sandboxResource = ({ id, key, name }: Sandbox): SandboxResource => ({ id, key, container_id: name });

/** What a service without a sandbox serves from. */
export const noSandbox: SandboxResource = { id: '', key: '', container_id: '' };
