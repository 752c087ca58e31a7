import { expect, it } from 'vitest';
import { endpoint, link, network, sandbox, view } from '../../../test/tool/doctor-view.js';
import type { Ip } from '../../ip/types.js';
import { clusterSilentCheck } from './cluster-silent.js';
import { hostMovedCheck } from './host-moved.js';
import { endpointLostCheck } from './endpoint-lost.js';

const place = { host: 'h1', address: '192.0.2.1' as Ip, store: 'etcd://10.0.0.1:2379,[fd00::1]:2379/fairlead/v1', alive: false };

it('says that a host is not counted on, and nothing of one that is, or is alone', async () => {
  expect(await clusterSilentCheck.run(view({ cluster: place }))).toMatchObject([
    { code: 'cluster-silent', object: 'host/h1', mend: expect.stringContaining('--endpoints 10.0.0.1:2379,[fd00::1]:2379 endpoint health') },
  ]);
  expect(await clusterSilentCheck.run(view({ cluster: { ...place, alive: true } }))).toEqual([]);
  expect(await clusterSilentCheck.run(view({}))).toEqual([]);
});

it('says that a host has the address no more by which the others reach it', async () => {
  const having = (...addresses: string[]) =>
    view({ cluster: { ...place, alive: true }, host: { ...view({}).host, links: [link('eth0', { addresses: addresses as never })] } });
  expect(await hostMovedCheck.run(having('192.0.2.11/24', '2001:db8::1/64'))).toMatchObject([
    { code: 'host-moved', object: 'host/h1', problem: expect.stringContaining('192.0.2.1,') },
  ]);
  expect(await hostMovedCheck.run(having('192.0.2.11/24', '192.0.2.1/24'))).toEqual([]);
  expect(await hostMovedCheck.run(view({}))).toEqual([]);
});

it('names endpoints that were given up, as they are removed', async () => {
  const [web, box] = [network('web'), sandbox('box')];
  const endpoints = [endpoint('one', web, box, '10.64.0.2'), endpoint('two', web, box, '10.64.0.3', { state: 'lost' })];
  expect(await endpointLostCheck.run(view({ networks: [web], endpoints }))).toMatchObject([
    { code: 'endpoint-lost', object: 'endpoint/web/two', mend: 'fairlead endpoint rm web/two' },
  ]);
});
