import { describe, expect, it } from 'vitest';
import type { EndpointScene } from '../model/driver.js';
import { type CommonEndpointOptions, commonEndpointOptions } from '../model/endpoint-options.js';
import { parseOptions } from '../model/options.js';
import type { Pool } from '../model/records.js';
import { advertised } from './advertised.js';

const four = { family: 4, subnet: '192.0.2.0/24', gateway: '192.0.2.1', aux: {} } as Pool;
const six = { family: 6, subnet: 'fd00::/64', aux: {} } as Pool;
const led = { ...six, gateway: 'fd00::1' } as Pool;
const leased = { family: 6, subnet: '::/0', aux: {}, outside: true } as Pool;

const settings = (
  pools: readonly Pool[],
  { internal = false, gateway = [6], options = {} }: { internal?: boolean; gateway?: number[]; options?: Record<string, string> } = {},
) =>
  advertised(
    {
      network: { pools, internal },
      endpoint: { gateway },
      endpointOptions: parseOptions('bridge', commonEndpointOptions, options),
      sandbox: { stack: 'ns/1' },
    } as unknown as EndpointScene<unknown, CommonEndpointOptions>,
    'eth0',
  ).map((each) => each.kind === 'sysctl' && `${each.path.split('/').at(-1)}=${each.value}`);

describe('what a sandbox takes from routers of a segment', () => {
  it.each([
    ['nothing without IPv6', [four], {}, ['accept_ra=0']],
    ['nothing where its own gateway is known', [four, led], {}, ['accept_ra=0']],
    ['nothing on an internal network', [four, six], { internal: true }, ['accept_ra=0']],
    ['the way out where no gateway is known', [four, six], {}, ['autoconf=0', 'accept_ra_defrtr=1']],
    ['no way out where another network of it is that', [four, six], { gateway: [4] }, ['autoconf=0', 'accept_ra_defrtr=0']],
    ['the way out beside addresses of DHCPv6, and no address of its own, with a lease or without', [leased], {}, ['autoconf=0', 'accept_ra_defrtr=1']],
    ['the subnets of its segment on an internal network of DHCPv6', [leased], { internal: true, gateway: [] }, ['autoconf=0', 'accept_ra_defrtr=0']],
    ['what its user says', [four], { options: { 'com.docker.network.endpoint.sysctls': 'net.ipv6.conf.IFNAME.accept_ra=2' } }, []],
    ['whatever it likes where nobody gives addresses', [], {}, []],
  ])('is %s', (_, pools, how, expected) => {
    expect(settings(pools, how)).toEqual(expected);
  });
});
