import { defaultGateway } from '../model/default-gateway.js';
import type { EndpointScene, Scene } from '../model/driver.js';
import { type CommonEndpointOptions, SYSCTLS } from '../model/endpoint-options.js';
import type { Family } from '../ip/types.js';
import type { Endpoint } from '../model/records.js';
import type { Resource } from '../resource/resource.js';

/** The families for which routers of a segment may lead an endpoint out: its addresses are given, and nobody named a gateway. */
export const advertisedWays = ({ network: { pools, internal }, endpoint }: Pick<Scene, 'network'> & { readonly endpoint: Endpoint }): readonly Family[] => {
  const named = pools.some((pool) => pool.family === 6 && defaultGateway(pool) !== undefined);
  return internal || named || !endpoint.leases.some(({ family }) => family === 6) ? [] : [6];
};

/**
 * What the link of a sandbox on somebody else's segment takes from the routers that advertise there (RFC 4861 §6.3.4). An address that it made of an
 * advertisement would be none of those it was given: on a network without IPv6, or on an internal one, a way past what that promises.
 *
 *     addresses from DHCPv6                the subnets of the segment, and the way out where the endpoint is it
 *     a subnet of which no gateway is known  the same
 *     all else                             nothing
 *
 * What its user set for it by `com.docker.network.endpoint.sysctls` stays. A network without any addresses is whatever its sandboxes make of it.
 */
export function advertised({ network, endpoint, endpointOptions, sandbox }: EndpointScene<unknown, CommonEndpointOptions>, link: string): readonly Resource[] {
  const { pools, internal } = network;
  if (pools.length === 0) return [];
  // What the user chose for this very link is the user's.
  const chosen = endpointOptions[SYSCTLS].flatMap(({ family, part, name }) => (family === 'ipv6' && part === 'conf' ? name : []));
  const settings = (all: Readonly<Record<string, string>>): readonly Resource[] =>
    Object.entries(all)
      .filter(([name]) => !chosen.includes(name))
      .map(([name, value]) => ({ kind: 'sysctl', in: sandbox.stack, path: `net/ipv6/conf/${link}/${name}`, value, link }));
  const six = pools.filter(({ family }) => family === 6);
  const leased = six.some(({ outside }) => outside);
  // A lease that is lost is no invitation to make addresses.
  if (!leased && (six.length === 0 || internal || six.some((pool) => defaultGateway(pool) !== undefined))) return settings({ accept_ra: '0' });
  return settings({ autoconf: '0', accept_ra_defrtr: endpoint.gateway.includes(6) ? '1' : '0' });
}
