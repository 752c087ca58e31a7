import { expect, it } from 'vitest';
import { failure } from '../../base/error.js';
import type { Ip } from '../../ip/types.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { Network } from '../../model/records.js';
import { type PeerRecord, Records } from '../records.js';
import { MemoryStore } from '../../store/memory/memory-store.js';
import { unfollowed } from './unfollowed.js';

const here: ClusterHost = { name: 'h1', instance: 'one', address: '192.0.2.1' as Ip };
const hosts = [here, { ...here, name: 'h2', address: '192.0.2.2' as Ip }, { ...here, name: 'h3', address: 'fd00::3' as Ip }];
const alive = (name: string) => hosts.find((host) => host.name === name);
const peer = (id: string, host: string) =>
  ({ id, name: id, names: [], services: [], endpoint: { id, name: id, network: 'n-web', host } }) as unknown as PeerRecord;

it('names a host of the other family once a network, and not one that has gone', () => {
  const records = new Records(new MemoryStore(), new MemoryStore());
  records.networks.put({ id: 'n-web', name: 'web' } as Network);
  for (const each of [peer('a', 'h2'), peer('b', 'h3'), peer('c', 'h3'), peer('d', 'h4')]) records.peers.put(each);
  const [one, ...more] = unfollowed({ records, here, alive, strange: [], refused: [] });
  expect([one?.object, one?.problem, one?.error.code, more]).toEqual(['network/web', 'nothing leads to its endpoints on host h3', 'underlay-family', []]);
});

it('names what the kernel refused, and what is not understood', () => {
  const records = new Records(new MemoryStore(), new MemoryStore());
  records.networks.put({ id: 'n-web', name: 'web' } as Network);
  const error = failure('internal', { reason: 'why' });
  const found = unfollowed({
    records,
    here,
    alive,
    strange: [[{ id: 'n-web', name: 'web' } as never, error]],
    refused: [[peer('a', 'h2'), error]],
  });
  expect(found.map(({ object, problem }) => [object, problem])).toEqual([
    ['network/web', 'this host does not understand what another made of it'],
    ['network/web', 'nothing leads to its endpoint a on host h2'],
  ]);
});
