import type { Driver } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';

/** The driver of the network `host`: the sandbox is the host's own stack, so there is nothing to be made. */
export const hostDriver: Driver = {
  name: 'host',
  traits: { scope: 'local', addresses: false, single: true, stack: 'host', shared: false, limits: false, subnets: 0 },
  options: { network: {}, endpoint: {} },
  parseNetwork: (raw) => parseOptions('host', {}, raw),
  parseEndpoint: (raw) => parseOptions('host', {}, raw),
};
