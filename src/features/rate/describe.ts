import type { EndpointScene } from '../../model/driver.js';
import { type Limit, limitsOf } from '../../model/rates.js';
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
  return [...(limits.in ? [limit(outside, limits.in)] : []), ...(limits.out ? through(outside, `${outside}-o`, limits.out) : [])];
}

const limit = (link: string, { rate, burst }: Limit): RateResource => ({ kind: 'rate', in: 'host', link, rate, burst });

const through = (link: string, ifb: string, held: Limit): readonly Resource[] => [
  { kind: 'link', in: 'host', name: ifb, spec: { type: 'ifb' } },
  limit(ifb, held),
  { kind: 'up', in: 'host', link: ifb },
  { kind: 'redirect', in: 'host', link, to: ifb },
];
