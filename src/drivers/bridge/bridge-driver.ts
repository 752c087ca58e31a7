import type { Driver } from '../../model/driver.js';
import { tapPrefix } from '../../model/endpoint-kind.js';
import { parseOptions } from '../../model/options.js';
import { describeEndpoint, describeNetwork } from './describe.js';
import type { BridgeFacts } from './bridge-facts.js';
import { meet } from './borrow.js';
import { addressing, mayLeadOut, waysOut } from './addressing.js';
import { checkEndpoint, checkOptions } from './check.js';
import { type BridgeEndpointOptions, type BridgeOptions, bridgeOptions, endpointOptions, networkOptions, parseEndpointOptions } from './options.js';
import { leafOf } from './leaves.js';
import { realize, refresh } from './realize.js';
import { segment, wire } from './station.js';
import { meetSegment } from './underlay.js';
import { isOnSegment } from '../../model/publishing.js';

/** The driver `bridge`: a software switch on this host, one a network; a veth pair an endpoint; masquerade to the outside. */
export const bridgeDriver: Driver<BridgeOptions, BridgeEndpointOptions> = {
  name: 'bridge',
  traits: { scope: 'local', addresses: true, single: false, stack: 'own', shared: true, limits: true, subnets: 1 },
  options: { network: networkOptions, endpoint: endpointOptions },
  parseNetwork: (raw) => bridgeOptions(parseOptions('bridge', networkOptions, raw)),
  parseEndpoint: parseEndpointOptions,
  check: checkOptions,
  checkEndpoint,
  realize,
  refresh,
  network: describeNetwork,
  endpoint: describeEndpoint,
  addressing,
  meet: (options, request, host) => (options.parent === undefined ? meet(options, request, host.survey) : meetSegment(options.parent, request, host)),
  segment,
  wire,
  waysOut,
  mayLeadOut,
  leafOf,
  interfacePrefix: ({ prefix }, endpoint) => tapPrefix(endpoint, prefix),
  inlet: (network) => (isOnSegment(network) ? undefined : (network.facts as BridgeFacts | null)?.device),
};
