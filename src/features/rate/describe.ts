import { parseMac } from '../../ip/mac.js';
import type { Mac } from '../../ip/types.js';
import type { EndpointScene } from '../../model/driver.js';
import { type Limit, limitsOf } from '../../model/rates.js';
import type { Endpoint } from '../../model/records.js';
import type { RateResource, Resource } from '../../resource/resource.js';

type Told = Pick<EndpointScene, 'network' | 'endpoint' | 'sandbox' | 'traits'>;

/**
 * What limits an endpoint, all of it at the host's end of its link, out of reach of the sandbox's own root:
 *
 *     to the sandbox      bridge ──► tbf ──► end of the link ──► sandbox
 *     from it             sandbox ──► end of the link ──► ifb ──► tbf ──► end of the link ──► bridge
 *
 * A link limits only what it sends; so what it receives is sent through another first. Nothing, where there is no limit.
 */
export function describeLimits({ network, endpoint, sandbox, traits }: Told): readonly Resource[] {
  if (!endpoint.link || !traits.limits) return [];
  const { outside } = endpoint.link;
  const limits = limitsOf(network, sandbox, endpoint);
  return [
    ...(limits.in ? [limit(outside, limits.in)] : []),
    ...(limits.out ? through(outside, { name: `${outside}-o`, mac: macOf(endpoint) }, limits.out) : []),
  ];
}

const limit = (link: string, { rate, burst }: Limit): RateResource => ({ kind: 'rate', in: 'host', link, rate, burst });

const through = (link: string, ifb: { readonly name: string; readonly mac: Mac | undefined }, held: Limit): readonly Resource[] => [
  { kind: 'link', in: 'host', name: ifb.name, spec: { type: 'ifb' }, ...(ifb.mac && { mac: ifb.mac }) },
  limit(ifb.name, held),
  { kind: 'up', in: 'host', link: ifb.name },
  { kind: 'redirect', in: 'host', link, to: ifb.name },
];

// From the start, else udev's MACAddressPolicy gives it another later. No frame carries it.
const macOf = ({ id }: Endpoint): Mac | undefined => parseMac(`0a:${(id.match(/../g) ?? []).slice(0, 5).join(':')}`);
