import type { Driver } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';

/** The driver of the network `none`: a sandbox with a loopback link and nothing else. */
export const nullDriver: Driver = {
  name: 'null',
  traits: { scope: 'local', addresses: false, single: true, stack: 'own', shared: false, limits: false, subnets: 0 },
  options: { network: {}, endpoint: {} },
  parseNetwork: (raw) => parseOptions('null', {}, raw),
  parseEndpoint: (raw) => parseOptions('null', {}, raw),
};
