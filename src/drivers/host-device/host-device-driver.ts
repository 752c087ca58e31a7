import type { Driver } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';
import { advertisedWays } from '../advertised.js';
import { addressing, describeEndpoint, waysOut } from './describe.js';
import { checkOptions, endpointOptions, type HostDeviceOptions, type HostDeviceWish, hostDeviceOptions, networkOptions } from './options.js';
import { realize, take } from './take.js';

/** The driver `host-device`: each endpoint has a link of the host, a network card say, whole and to itself, and gives it back as it was. */
export const hostDeviceDriver: Driver<HostDeviceOptions, HostDeviceWish> = {
  name: 'host-device',
  traits: { scope: 'local', addresses: true, single: false, stack: 'own', shared: true, outside: true, limits: false, subnets: 1 },
  options: { network: networkOptions, endpoint: endpointOptions },
  parseNetwork: (raw) => hostDeviceOptions(parseOptions('host-device', networkOptions, raw)),
  parseEndpoint: (raw) => parseOptions('host-device', endpointOptions, raw),
  check: checkOptions,
  realize,
  take,
  endpoint: (scene) => describeEndpoint(scene),
  addressing,
  waysOut,
  mayLeadOut: advertisedWays,
  interfacePrefix: ({ prefix }) => prefix,
};
