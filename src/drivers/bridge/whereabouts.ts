import { familyOf } from '../../ip/ip.js';
import { parseMac } from '../../ip/mac.js';
import type { Mac } from '../../ip/types.js';
import type { EndpointScene, Scene } from '../../model/driver.js';
import { isTap } from '../../model/endpoint-kind.js';
import { GUARD } from '../../model/guard.js';
import { innerOf } from '../../model/inner.js';
import { ownAddresses } from '../../model/own-addresses.js';
import type { Resource } from '../../resource/resource.js';
import { bridgeAddress } from './addressing.js';
import type { BridgeFacts } from './bridge-facts.js';
import type { BridgeEndpointOptions, BridgeOptions } from './options.js';

type BridgeEndpoint = EndpointScene<BridgeOptions, BridgeEndpointOptions>;

/**
 * The MAC address behind an endpoint's port, where it is known for sure: the guard lets no other one pass. Not on a bridge of somebody else's or with a wire, where others come and go, nor
 * on one that sorts frames by VLAN, which has an entry for each of them.
 */
export function knownMac({ network, options, endpoint, endpointOptions }: BridgeEndpoint): Mac | undefined {
  const { borrowed, parent } = network.facts as BridgeFacts;
  const isJudged = endpointOptions[GUARD] ?? options.guard;
  return isJudged && borrowed === undefined && parent === undefined && !options.vlans ? endpoint.mac : undefined;
}

/**
 * Where host and sandbox find each other, said at once, because asking is what does not scale: each question goes to every port of the network, and the kernel remembers the
 * answers of all its namespaces together, 1,024 of them (gc_thresh3 of net.ipv4.neigh.default), but for permanent ones. The port needs to be `told` then: what is for
 * others goes to none of them.
 */
export function describeWhereabouts(scene: BridgeEndpoint, inside: string): readonly Resource[] {
  const { network, endpoint, sandbox } = scene;
  const { device, mac: text } = network.facts as BridgeFacts;
  const [mac, ofHost] = [knownMac(scene), parseMac(text)];
  if (mac === undefined || !endpoint.link) return [];
  const meetings = meetingsOf(scene);
  const inner = innerOf(endpoint);
  return [
    { kind: 'behind', in: 'host', link: endpoint.link.outside, mac },
    // Of IPv6 the link-local one too: a host that forwards remembers whoever solicits routers (RFC 4861 §6.2.6).
    ...ownAddresses(endpoint).flatMap((ip): Resource[] =>
      meetings.some(({ family }) => family === familyOf(ip)) ? [{ kind: 'neighbour', in: 'host', link: device, ip, mac }] : [],
    ),
    // The guest behind a tap has a kernel of its own.
    ...meetings.flatMap(({ gateway }): Resource[] =>
      isTap(endpoint) || !ofHost ? [] : [{ kind: 'neighbour', in: sandbox.stack, link: inside, ip: inner?.gateway ?? gateway, mac: ofHost }],
    ),
  ];
}

// The host's own addresses on the bridge, of the families that the endpoint has.
const meetingsOf = ({ network, options, endpoint }: Pick<BridgeEndpoint, 'endpoint'> & Scene<BridgeOptions>) =>
  network.pools.flatMap((pool) => {
    const gateway = bridgeAddress(pool, options);
    return gateway !== undefined && endpoint.leases.some(({ family }) => family === pool.family) ? [{ family: pool.family, gateway }] : [];
  });
