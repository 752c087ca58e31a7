import { expect, it } from 'vitest';
import { link, network, view } from '../../../test/tool/doctor-view.js';
import type { InterfaceAddress } from '../../ip/types.js';
import type { Network } from '../../model/records.js';
import { hostAddressCheck } from './host-address.js';

const SOURCE4 = 'com.docker.network.host_ipv4';
const SOURCE6 = 'com.docker.network.host_ipv6';
const BINDING = 'com.docker.network.bridge.host_binding_ipv4';
const eth0 = link('eth0', { addresses: ['192.0.2.1/24', '2001:db8::1/64'] as readonly string[] as readonly InterfaceAddress[] });
const look = (options: Network['options'], more: Partial<Network> = {}) =>
  hostAddressCheck.run(
    view({
      networks: [network('web', { ipv6: true, options, ...more })],
      host: { links: [eth0], routes: [], tables: [], lacks: [], inet6: true },
      canBind: async (ip) => ip === '203.0.113.9',
    }),
  );

it('tells of addresses that no link of the host has, and how one comes to have them', async () => {
  expect(await look({ [SOURCE4]: '192.0.2.9' })).toEqual([
    {
      code: 'host-address-absent',
      object: 'network/web',
      problem: `${SOURCE4} is 192.0.2.9, which no link of this host has: packets to the outside carry it, and answers to them do not come back`,
      mend: `ip address add 192.0.2.9/32 dev eth0; or: fairlead network update --opt-rm ${SOURCE4} web`,
    },
  ]);
  expect(await look({ [SOURCE6]: '2001:db8:9::9', [BINDING]: '198.51.100.7' })).toMatchObject([
    { problem: expect.stringContaining('2001:db8:9::9'), mend: expect.stringContaining('ip address add 2001:db8:9::9/128 dev lo;') },
    {
      problem: `${BINDING} is 198.51.100.7, which no link of this host has: ports that name no other address cannot be published`,
      mend: expect.stringContaining('ip address add 198.51.100.7/32 dev lo;'),
    },
  ]);
  expect(await look({ [BINDING]: '198.51.100.7' }, { predefined: true, name: 'bridge' })).toMatchObject([
    { mend: "ip address add 198.51.100.7/32 dev lo; or another ip under [bridge] in the daemon's configuration" },
  ]);
});

it.each<[string, Network['options'], Partial<Network>?]>([
  ['it has them', { [SOURCE4]: '192.0.2.1', [SOURCE6]: '2001:db8::1', [BINDING]: '192.0.2.1' }],
  ['they are of loopback, or mean all', { [BINDING]: '127.0.0.9', [SOURCE4]: '0.0.0.0' }],
  ['ports are published at one that the host has by a local route', { [BINDING]: '203.0.113.9' }],
  ['the network has not that family', { [SOURCE6]: '2001:db8::9' }, { ipv6: false }],
  ['the network is internal', { [SOURCE4]: '192.0.2.9' }, { internal: true }],
  ['the network is not on this host', { [SOURCE4]: '192.0.2.9' }, { facts: null }],
  ['nothing is said', {}],
])('says nothing where %s', async (_, options, more) => {
  expect(await look(options, more)).toEqual([]);
});
