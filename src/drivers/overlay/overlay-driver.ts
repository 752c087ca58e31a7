import type { Driver } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';
import { describeEndpoint, describeNetwork, describePeer } from './describe.js';
import { endpointOptions, networkOptions, type OverlayOptions, overlayOptions } from './options.js';
import { agree, realize } from './realize.js';

/** The driver `overlay`: one segment over several hosts, by VXLAN. */
export const overlayDriver: Driver<OverlayOptions> = {
  name: 'overlay',
  traits: { scope: 'global', addresses: true, single: false, stack: 'own', shared: true, limits: false, subnets: 1 },
  options: { network: networkOptions, endpoint: endpointOptions },
  parseNetwork: (raw) => overlayOptions(parseOptions('overlay', networkOptions, raw)),
  parseEndpoint: (raw) => parseOptions('overlay', endpointOptions, raw),
  agree,
  realize,
  network: describeNetwork,
  endpoint: describeEndpoint,
  peer: describePeer,
  encrypts: ({ encrypted }) => encrypted,
  interfacePrefix: ({ prefix }) => prefix,
};
