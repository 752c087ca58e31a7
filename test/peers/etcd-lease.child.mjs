// Holds a key with a lease and says what becomes of it. Ends when its input does.
import { EtcdStore } from '#dist/store/etcd/etcd-store.js';
import { etcdPlace } from '#dist/store/etcd/place.js';

const [endpoints, prefix, seconds] = process.argv.slice(2);
const store = await EtcdStore.open(etcdPlace({ endpoints: endpoints.split(','), prefix }));
const lease = await store.lease(Number(seconds));
lease.lost.addEventListener('abort', () => process.stdout.write('lost\n'));
await store.commit([], [{ key: 'holder', value: process.pid, lease }]);
process.stdout.write('held\n');
process.stdin.on('end', () => process.exit()).resume();
