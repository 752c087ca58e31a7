import type { AnswersAt, Driver } from '../../model/driver.js';
import { parseOptions } from '../../model/options.js';
import type { Network, Strings } from '../../model/records.js';
import { answering } from './answering.js';
import { describeEndpoint, describeNetwork, describePeer } from './describe.js';
import { endpointOptions, networkOptions, type OverlayOptions, overlayOptions } from './options.js';
import type { OverlayFacts } from './overlay-facts.js';
import { agree, realize } from './realize.js';

const parseNetwork = (raw: Strings): OverlayOptions => overlayOptions(parseOptions('overlay', networkOptions, raw));

function answersAt(network: Network): AnswersAt | undefined {
  const ips = network.facts === null ? [] : answering(network, parseNetwork(network.options));
  return ips.length === 0 ? undefined : { stack: (network.facts as OverlayFacts).stack, ips };
}

/** The driver `overlay`: one segment over several hosts, by VXLAN. */
export const overlayDriver: Driver<OverlayOptions> = {
  name: 'overlay',
  traits: { scope: 'global', addresses: 'always', single: false, stack: 'own', shared: true, limits: false, subnets: 1 },
  options: { network: networkOptions, endpoint: endpointOptions },
  parseNetwork,
  parseEndpoint: (raw) => parseOptions('overlay', endpointOptions, raw),
  agree,
  realize,
  network: describeNetwork,
  endpoint: describeEndpoint,
  peer: describePeer,
  answersAt,
  encrypts: ({ encrypted }) => encrypted,
  interfacePrefix: ({ prefix }) => prefix,
};
