import { afterAll, beforeAll } from 'vitest';
import { EtcdStore } from '../../src/store/etcd/etcd-store.js';
import { etcdPlace } from '../../src/store/etcd/place.js';
import { storeConformance } from '../conformance/store.js';
import { type Etcd, startEtcd } from '../tool/etcd.js';

let etcd: Etcd;
beforeAll(async () => {
  etcd = await startEtcd();
});
afterAll(() => etcd.close());

let count = 0;
storeConformance('etcd', async () => {
  const place = etcdPlace({ endpoints: etcd.endpoints, prefix: `/suite/${count++}` });
  let current = await EtcdStore.open(place);
  return {
    store: current,
    shared: true,
    reopen: async () => {
      await current[Symbol.asyncDispose]();
      current = await EtcdStore.open(place);
      return current;
    },
    forget: async () => {
      const { revision } = await current.list('');
      await etcd.ctl('compact', String(revision));
    },
    close: async () => {
      await current[Symbol.asyncDispose]();
      await etcd.ctl('del', '--prefix', place.prefix);
    },
  };
});
