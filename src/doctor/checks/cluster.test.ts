import { expect, it } from 'vitest';
import { endpoint, network, sandbox, view } from '../../../test/tool/doctor-view.js';
import type { Ip } from '../../ip/types.js';
import { clusterSilentCheck } from './cluster-silent.js';
import { endpointLostCheck } from './endpoint-lost.js';

const place = { host: 'h1', address: '192.0.2.1' as Ip, store: 'etcd://10.0.0.1:2379,[fd00::1]:2379/fairlead/v1', alive: false };

it('says that a host is not counted on, and nothing of one that is, or is alone', async () => {
  expect(await clusterSilentCheck.run(view({ cluster: place }))).toMatchObject([
    { code: 'cluster-silent', object: 'host/h1', mend: expect.stringContaining('--endpoints 10.0.0.1:2379,[fd00::1]:2379 endpoint health') },
  ]);
  expect(await clusterSilentCheck.run(view({ cluster: { ...place, alive: true } }))).toEqual([]);
  expect(await clusterSilentCheck.run(view({}))).toEqual([]);
});

it('names endpoints that were given up, as they are removed', async () => {
  const [web, box] = [network('web'), sandbox('box')];
  const endpoints = [endpoint('one', web, box, '10.64.0.2'), endpoint('two', web, box, '10.64.0.3', { state: 'lost' })];
  expect(await endpointLostCheck.run(view({ networks: [web], endpoints }))).toMatchObject([
    { code: 'endpoint-lost', object: 'endpoint/web/two', mend: 'fairlead endpoint rm web/two' },
  ]);
});
