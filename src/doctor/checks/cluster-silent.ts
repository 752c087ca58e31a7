import type { Check } from '../../model/check.js';

/** That the others of the cluster do not count on this host: what they share cannot be changed here, and nobody sends here. */
export const clusterSilentCheck: Check = {
  name: 'cluster-silent',
  ours: false,
  run: ({ cluster }) =>
    !cluster || cluster.alive
      ? []
      : [
          {
            code: 'cluster-silent',
            object: `host/${cluster.host}`,
            problem: `this host does not reach ${cluster.store}, or is refused there; other hosts send nothing to ${cluster.address}`,
            mend: `see that etcd runs, has a leader and is reached from this host: etcdctl --endpoints ${endpointsOf(cluster.store)} endpoint health`,
          },
        ],
};

// `etcd://HOST:PORT,HOST:PORT/PREFIX`
const endpointsOf = (store: string): string => store.replace(/^etcd:\/\//, '').replace(/\/.*$/, '');
