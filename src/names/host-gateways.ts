import { isLinkGateway } from '../ip/link-gateway.js';
import type { Ip } from '../ip/types.js';
import { innerOf } from '../model/inner.js';
import { HOST_AUX } from '../model/ipam.js';
import { passesHost } from '../model/publishing.js';
import type { Endpoint, Network } from '../model/records.js';

/** The addresses at which a sandbox reaches its host: the gateways of those of its endpoints that are its ways out, or the host's own on a wire whose gateway is another machine. A link-local one says too little. Who thinks to be somebody else knows his gateway by another address, and that alone. */
export const hostGateways = (endpoints: readonly Endpoint[], networkOf: (id: Network['id']) => Network | undefined): readonly Ip[] =>
  endpoints.flatMap((endpoint) => {
    const { network: id, gateway } = endpoint;
    const [network, inner] = [networkOf(id), innerOf(endpoint)];
    return (network?.pools ?? []).flatMap((pool) => {
      const address = network && !passesHost(network) ? pool.aux[HOST_AUX] : (inner?.gateway ?? pool.gateway);
      return address !== undefined && !isLinkGateway(address, pool.subnet) && gateway.includes(pool.family) ? [address] : [];
    });
  });
