import { expect, it } from 'vitest';
import { link, network, view } from '../../../test/tool/doctor-view.js';
import type { Facts } from '../../base/json.js';
import type { LinkSeen } from '../../resource/survey.js';
import { parentLostCheck } from './parent-lost.js';

const use = { parentUse: { as: 'macvlan', how: 'bridge' } };
const look = (facts: Facts, ...links: readonly LinkSeen[]) =>
  parentLostCheck.run(view({ networks: [network('lan', { facts }), network('web')], host: { links, routes: [], tables: [], lacks: [], inet6: true } }));

it('tells of a parent that is gone, or down, by the link that is its owner’s', async () => {
  const facts = { ...use, parent: 'eth1' };
  expect(await look(facts, link('eth1'))).toEqual([]);
  expect(await look(facts, link('eth1', { up: false }))).toEqual([
    { code: 'parent-lost', object: 'network/lan', problem: 'its parent eth1 is down: nothing passes it', mend: 'ip link set eth1 up' },
  ]);
  expect(await look(facts)).toMatchObject([{ problem: 'its parent eth1 is not on this host: its sandboxes have no links' }]);
  expect(await look({ ...facts, parentUse: { as: 'port' } })).toMatchObject([{ problem: expect.stringContaining('cut off from its segment') }]);
  const vlan = { ...use, parent: 'eth1.50', made: { lower: 'eth1', id: 50 } };
  expect(await look(vlan, link('eth1.50', { ours: true }))).toMatchObject([{ problem: expect.stringContaining('its parent eth1 is not') }]);
  expect(await look(vlan, link('eth1'))).toEqual([]);
  expect(await look({ ...use, parent: 'dm-1', made: { mac: '02:00:00:00:00:01' } })).toEqual([]);
});
