import { expect, it } from 'vitest';
import { endpoint, link, network, sandbox, view } from '../../../test/tool/doctor-view.js';
import { deviceLostCheck } from './device-lost.js';

it('names a link that is neither on the host nor in a sandbox', async () => {
  const nic = network('nic', { driver: 'host-device', facts: { parents: ['eth1', 'eth2', 'eth3'] } });
  const host = { links: [link('eth1')], routes: [], tables: [], lacks: [] };
  const endpoints = [endpoint('box', nic, sandbox('box'), '10.64.0.2', { facts: { device: 'eth2' } })];
  const found = await deviceLostCheck.run(view({ networks: [nic, network('web')], endpoints, host }));
  expect(found).toMatchObject([{ code: 'device-lost', object: 'network/nic', problem: expect.stringContaining('link eth3') }]);
});
