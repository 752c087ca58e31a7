import type { Driver } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';
import { describeEndpoint, describeNetwork } from './describe.js';
import { type BridgeOptions, bridgeOptions, checkOptions, endpointOptions, networkOptions } from './options.js';
import { realize, refresh } from './realize.js';

/** The driver `bridge`: a software switch on this host, one a network; a veth pair an endpoint; masquerade to the outside. */
export const bridgeDriver: Driver<BridgeOptions> = {
  name: 'bridge',
  traits: { scope: 'local', addresses: true, single: false, stack: 'own', shared: true, subnets: 1 },
  options: { network: networkOptions, endpoint: endpointOptions },
  parseNetwork: (raw) => bridgeOptions(parseOptions('bridge', networkOptions, raw)),
  parseEndpoint: (raw) => parseOptions('bridge', endpointOptions, raw),
  check: checkOptions,
  realize,
  refresh,
  network: describeNetwork,
  endpoint: describeEndpoint,
  waysOut: ({ network, endpoint }) => {
    if (network.internal) return [];
    const given = network.pools.filter(({ gateway }) => gateway !== undefined).map(({ family }) => family);
    return given.filter((family) => endpoint.leases.some((lease) => lease.family === family));
  },
};
