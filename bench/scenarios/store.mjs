// The shared store on a real etcd of one member: commits, lists, what a watcher waits, and memory, beside etcd's JSON gateway on
// a connection that stays, and etcdctl, a process a time.
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import http from 'node:http';
import { promisify } from 'node:util';
import { peer } from '../../scripts/lib/peers.mjs';
import { percentile, report, row, timed } from '../measure.mjs';

const AT = '127.0.0.1:2379';
const TIMES = 300;
const KEYS = 10_000;
const server = peer('etcd-server');
const client = peer('etcd-client');

if (server && client) await compared();
else report([]);

async function compared() {
  const data = `${process.env.FAIRLEAD_BENCH}/store`;
  mkdirSync(data, { recursive: true });
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const at = ['--data-dir', data, '--listen-client-urls', `http://${AT}`, '--advertise-client-urls', `http://${AT}`, '--log-level', 'error'];
  const etcd = spawn('etcd', at, { env: server, stdio: 'ignore' });
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  try {
    const { store, rows } = await opened();
    report([...rows, ...(await commits(store, agent)), ...(await delays(store)), ...(await lists(store, agent))]);
    await store[Symbol.asyncDispose]();
  } finally {
    agent.destroy();
    etcd.kill('SIGKILL');
  }
}

// What a process has more of once it has loaded the store and made its first commit.
async function opened() {
  const before = process.memoryUsage.rss();
  let store;
  const took = await timed(async () => {
    const [{ EtcdStore }, { etcdPlace }] = await Promise.all([import('#dist/store/etcd/etcd-store.js'), import('#dist/store/etcd/place.js')]);
    store = await EtcdStore.open(etcdPlace({ endpoints: [AT] }));
    await store.commit([], [{ key: 'first', value: 1 }]);
  });
  const more = (process.memoryUsage.rss() - before) / 1e6;
  const rows = [row('store', 'load, open, first commit', [took / 1000], { unit: 'ms' }), row('store', 'memory for it', [more], { unit: 'MB' })];
  return { store, rows };
}

async function commits(store, agent) {
  const times = { gateway: [], etcdctl: [], store: [], many: [] };
  const value = { id: 'f'.repeat(64), name: 'web', address: '10.0.0.2/16' };
  const text = JSON.stringify(value);
  for (let n = 0; n < TIMES; n++) {
    times.gateway.push(await timed(() => gateway(agent, 'kv/put', { key: base64(`/floor/${n}`), value: base64(text) })));
    times.store.push(await timed(() => store.commit([{ key: `one/${n}`, revision: 'absent' }], [{ key: `one/${n}`, value }])));
    if (n < 20) times.etcdctl.push(await timed(() => etcdctl('put', `/ctl/${n}`, text)));
  }
  for (let n = 0; n < 10; n++) {
    const all = Array.from({ length: 50 }, (_, i) => store.commit([], [{ key: `many/${n}/${i}`, value }]));
    times.many.push((await timed(() => Promise.all(all))) / 50);
  }
  const against = percentile(times.gateway, 0.5);
  return [
    row('store', 'put by the JSON gateway (floor)', times.gateway, { against }),
    row('store', 'put by etcdctl', times.etcdctl, { against }),
    row('store', 'commit on a condition', times.store, { against }),
    row('store', 'commit, 50 at once, each', times.many, { against }),
  ];
}

// From before the commit is asked until the watcher has it.
async function delays(store) {
  const stop = new AbortController();
  const { revision } = await store.list('');
  const watch = store.watch('seen/', revision, stop.signal)[Symbol.asyncIterator]();
  const times = [];
  const behind = [];
  for (let n = 0; n < TIMES; n++) {
    const next = watch.next();
    const began = performance.now();
    const committed = store.commit([], [{ key: 'seen/it', value: n }]).then(() => performance.now());
    await next;
    const told = performance.now();
    times.push((told - began) * 1000);
    behind.push(Math.max(0, told - (await committed)) * 1000);
  }
  stop.abort();
  return [row('store', 'asked until a watcher knows', times), row('store', 'answered until a watcher knows', behind)];
}

async function lists(store, agent) {
  const value = { id: 'f'.repeat(64), name: 'web', address: '10.0.0.2/16' };
  for (let n = 0; n < KEYS; n += 1000) {
    const writes = Array.from({ length: 1000 }, (_, i) => ({ key: `listed/${n + i}`, value }));
    await store.commit([], writes);
  }
  const range = { key: base64('/fairlead/records/listed/'), range_end: base64('/fairlead/records/listed0') };
  const times = { gateway: [], store: [] };
  for (let n = 0; n < 10; n++) {
    times.gateway.push((await timed(() => gateway(agent, 'kv/range', range))) / 1000);
    times.store.push((await timed(() => store.list('listed/'))) / 1000);
  }
  const against = percentile(times.gateway, 0.5);
  return [
    row('store', '10,000 keys by the JSON gateway (floor)', times.gateway, { unit: 'ms', against }),
    row('store', 'list of 10,000 keys', times.store, { unit: 'ms', against }),
  ];
}

function etcdctl(...words) {
  return promisify(execFile)('etcdctl', [`--endpoints=${AT}`, ...words], { env: { ...client, ETCDCTL_API: '3' } });
}

function base64(text) {
  return Buffer.from(text).toString('base64');
}

async function gateway(agent, path, body) {
  const asked = http.request({ agent, host: '127.0.0.1', port: 2379, method: 'POST', path: `/v3/${path}` });
  asked.end(JSON.stringify(body));
  const [answer] = await once(asked, 'response');
  const chunks = [];
  for await (const chunk of answer) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}
