import type { Ip } from '../ip/types.js';
import type { Endpoint, Network } from '../model/records.js';

/** The addresses at which a sandbox reaches its host: the gateways of those of its endpoints that are its ways out. */
export const hostGateways = (endpoints: readonly Endpoint[], networkOf: (id: Network['id']) => Network | undefined): readonly Ip[] =>
  endpoints.flatMap(({ network, gateway }) =>
    (networkOf(network)?.pools ?? []).flatMap((pool) => (pool.gateway !== undefined && gateway.includes(pool.family) ? [pool.gateway] : [])),
  );
