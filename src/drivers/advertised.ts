import { defaultGateway } from '../model/default-gateway.js';
import type { EndpointScene } from '../model/driver.js';
import type { Resource } from '../resource/resource.js';
import type { Survey } from '../resource/survey.js';

/** Whether this kernel has IPv6, so that links hear routers. */
export const hearsRouters = ({ links }: Survey): boolean => links.some(({ addresses }) => addresses.some((each) => each === '::1/128'));

/**
 * What the link of a sandbox on somebody else's segment takes from the routers that advertise there (RFC 4861 §6.3.4). An address that it made of an
 * advertisement would be none of those it was given: on a network without IPv6, or on an internal one, a way past what that promises.
 *
 *     addresses from DHCPv6                the subnets of the segment, and the way out where the endpoint is it
 *     a subnet of which no gateway is known  the same
 *     all else                             nothing
 *
 * A network without any addresses is whatever its sandboxes make of it.
 */
export function advertised({ network, endpoint, sandbox }: EndpointScene, link: string): readonly Resource[] {
  const { pools, internal } = network;
  if (pools.length === 0) return [];
  const setting = (name: string, value: string): Resource => ({
    kind: 'sysctl',
    in: sandbox.stack,
    path: `net/ipv6/conf/${link}/${name}`,
    value,
    link,
  });
  const six = pools.filter(({ family }) => family === 6);
  const leased = six.some(({ outside }) => outside);
  // A lease that is lost is no invitation to make addresses.
  if (!leased && (six.length === 0 || internal || six.some((pool) => defaultGateway(pool) !== undefined))) return [setting('accept_ra', '0')];
  return [setting('autoconf', '0'), setting('accept_ra_defrtr', endpoint.gateway.includes(6) ? '1' : '0')];
}
