import type { Driver } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';
import { cniAsks, type CniPlaces } from './asks.js';
import { cniFacts } from './facts.js';
import { made } from './made.js';
import { checkOptions, type CniEndpoint, type CniNetwork, endpointOptions, networkOptions } from './options.js';

/** The driver `cni`: endpoints are made by the plugins of a CNI network, whosever they are. */
export const cniDriver = (places: CniPlaces): Driver<CniNetwork, CniEndpoint> => ({
  name: 'cni',
  // Addresses and what leads outside are the plugins' own.
  traits: { scope: 'local', addresses: false, single: false, stack: 'own', shared: true, outside: true, limits: false, subnets: 0 },
  options: { network: networkOptions, endpoint: endpointOptions },
  parseNetwork: (raw) => parseOptions('cni', networkOptions, raw),
  parseEndpoint: (raw) => parseOptions('cni', endpointOptions, raw),
  check: checkOptions,
  asks: cniAsks(places),
  waysOut: ({ endpoint }) => cniFacts(endpoint)?.ways ?? [],
  made,
});
