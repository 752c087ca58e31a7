import { isLinkGateway } from '../ip/link-gateway.js';
import type { Ip } from '../ip/types.js';
import type { Endpoint, Network } from '../model/records.js';

/** The addresses at which a sandbox reaches its host: the gateways of those of its endpoints that are its ways out. A link-local one says too little. */
export const hostGateways = (endpoints: readonly Endpoint[], networkOf: (id: Network['id']) => Network | undefined): readonly Ip[] =>
  endpoints.flatMap(({ network, gateway }) =>
    (networkOf(network)?.pools ?? []).flatMap((pool) =>
      pool.gateway !== undefined && !isLinkGateway(pool.gateway, pool.subnet) && gateway.includes(pool.family) ? [pool.gateway] : [],
    ),
  );
