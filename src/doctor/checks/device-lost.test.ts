import { describe, expect, it } from 'vitest';
import { endpoint, link, network, sandbox, view } from '../../../test/tool/doctor-view.js';
import type { MovedResource, Resource } from '../../resource/resource.js';
import type { LinkSeen } from '../../resource/survey.js';
import { deviceLostCheck } from './device-lost.js';
import { driftCheck } from './drift.js';

it('names a link that is neither on the host nor in a sandbox', async () => {
  const nic = network('nic', { driver: 'host-device', facts: { parents: ['eth1', 'eth2', 'eth3'] } });
  const host = { links: [link('eth1')], routes: [], tables: [], lacks: [], inet6: true };
  const endpoints = [endpoint('box', nic, sandbox('box'), '10.64.0.2', { facts: { device: 'eth2' } })];
  const found = await deviceLostCheck.run(view({ networks: [nic, network('web')], endpoints, host }));
  expect(found).toMatchObject([{ code: 'device-lost', object: 'network/nic', problem: expect.stringContaining('link eth3') }]);
});

describe('a link that a sandbox was given', () => {
  const given: MovedResource = { kind: 'moved', in: 'host', link: 'eth1', to: { in: 'ns/box', name: 'eth0' } };
  const hung: readonly Resource[] = [
    { kind: 'up', in: 'ns/box', link: 'eth0' },
    { kind: 'up', in: 'ns/box', link: 'eth7' },
  ];
  const differences = [given, ...hung].map((resource) => ({ operation: { do: 'create', resource } as const, owners: ['endpoint/e'] as const }));
  const seen = (...links: readonly LinkSeen[]) =>
    view({ sandboxes: [sandbox('box')], differences, host: { links, routes: [], tables: [], lacks: [], inet6: true } });

  it('and that is in neither place is said once, and nothing of what was on it', async () => {
    const lost = seen(link('eth0'));
    expect(await deviceLostCheck.run(lost)).toMatchObject([
      { code: 'device-lost', problem: expect.stringContaining('link eth1, which sandbox "box" was given') },
    ]);
    expect(await driftCheck.run(lost)).toMatchObject([{ problem: expect.stringContaining('eth7') }]);
  });

  it.each([link('eth1'), link('dev5', { alias: 'fairlead-moved:i ns/box eth0 eth1' })])('and that is on the host as $name is missing there', async (home) => {
    const back = seen(home);
    expect(await deviceLostCheck.run(back)).toEqual([]);
    expect(await driftCheck.run(back)).toHaveLength(3);
  });
});
