// Simulated hosts on one real etcd: each with an engine of its own on a kernel in memory, ten endpoints a host, a hundred a network.
// Until all know all that they must, what etcd does for it, and the memory. FAIRLEAD_BENCH_HOSTS=10,100,1000 says how many.
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import http from 'node:http';
import { peer } from '../../scripts/lib/peers.mjs';
import { report, row, timed } from '../measure.mjs';

const AT = '127.0.0.1:2379';
const SIZES = (process.env.FAIRLEAD_BENCH_HOSTS ?? '10,50').split(',').map(Number);
const EACH = 10; // endpoints a host
const ON = 100; // endpoints a network
const AT_ONCE = 25;
const server = peer('etcd-server');

async function measured() {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const { createFairlead } = await import('#dist/index.js');
  const rows = [];
  for (const size of SIZES) rows.push(...(await round(createFairlead, size)));
  return rows;
}

async function round(createFairlead, size) {
  const data = `${process.env.FAIRLEAD_BENCH}/etcd-${size}`;
  mkdirSync(data, { recursive: true });
  const at = ['--data-dir', data, '--listen-client-urls', `http://${AT}`, '--advertise-client-urls', `http://${AT}`, '--log-level', 'error'];
  const etcd = spawn('etcd', at, { env: server, stdio: 'ignore' });
  const hosts = [];
  try {
    await answers();
    const before = process.memoryUsage.rss();
    const starting = await timed(() => many(size, async (n) => (hosts[n] = await open(createFairlead, n))));
    const networks = Math.max(1, Math.round((size * EACH) / ON));
    await many(networks, (n) => hosts[n % size].networks.create({ name: `n${n}`, driver: 'overlay', internal: true }));
    const attaching = [];
    const began = performance.now();
    await many(size * EACH, async (n) => {
      const host = hosts[n % size];
      attaching.push(await timed(() => host.sandboxes.create({ name: `s${n}`, networks: [{ network: `n${Math.floor(n / size + n) % networks}` }] })));
    });
    const acknowledged = performance.now();
    const peers = await settled(hosts);
    const converged = performance.now();
    const label = (text) => `${size} hosts, ${size * EACH} endpoints: ${text}`;
    const counts = await metrics();
    return [
      row('hosts', label('all are there'), [starting / 1000], { unit: 'ms' }),
      row(
        'hosts',
        label('one is attached'),
        attaching.map((each) => each / 1000),
        { unit: 'ms' },
      ),
      row('hosts', label('all are attached'), [acknowledged - began], { unit: 'ms' }),
      row('hosts', label('then all know all peers'), [converged - acknowledged], { unit: 'ms' }),
      row('hosts', label('peers known'), [peers], { unit: '' }),
      row('hosts', label('etcd wrote'), [counts.puts], { unit: 'keys' }),
      row('hosts', label('etcd told watchers'), [counts.events], { unit: 'keys' }),
      row('hosts', label('etcd sent'), [counts.sent / 1e6], { unit: 'MB' }),
      row('hosts', label('memory of etcd'), [memoryOf(etcd.pid)], { unit: 'MB' }),
      row('hosts', label('memory of a host'), [(process.memoryUsage.rss() - before) / 1e6 / size], { unit: 'MB' }),
    ];
  } finally {
    await many(hosts.length, (n) => hosts[n]?.[Symbol.asyncDispose]());
    etcd.kill('SIGKILL');
  }
}

const open = (createFairlead, n) =>
  createFairlead({
    kernel: 'simulated',
    cluster: { store: `etcd://${AT}/bench`, host: `h${n}`, address: `10.${200 + (n >> 16)}.${(n >> 8) & 0xff}.${n & 0xff}`, lease: 120 },
  });

// Every endpoint knows all others of its network that are on other hosts.
async function settled(hosts) {
  const wanted = await wantedPeers(hosts);
  for (;;) {
    const known = await Promise.all(hosts.map(async (host) => (await host.info()).peers));
    const all = known.reduce((sum, each) => sum + each, 0);
    if (all >= wanted) return all;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function wantedPeers(hosts) {
  const endpoints = await hosts[0].endpoints.list();
  const byNetwork = grouped(endpoints);
  let sum = 0;
  for (const on of byNetwork.values()) for (const host of new Set(on.map((each) => each.host))) sum += on.filter((each) => each.host !== host).length;
  return sum;
}

function grouped(endpoints) {
  const groups = new Map();
  for (const each of endpoints) {
    const group = groups.get(each.network);
    if (group) group.push(each);
    else groups.set(each.network, [each]);
  }
  return groups;
}

async function many(count, work) {
  let next = 0;
  await Promise.all(
    Array.from({ length: Math.min(AT_ONCE, count) }, async () => {
      for (let n = next++; n < count; n = next++) await work(n);
    }),
  );
}

async function answers() {
  for (;;) {
    try {
      return await metrics();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

function metrics() {
  return new Promise((resolve, reject) => {
    http
      .get(`http://${AT}/metrics`, (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => {
          const value = (name) => Number(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'm').exec(text)?.[1] ?? 0);
          resolve({
            puts: value('etcd_debugging_mvcc_put_total'),
            events: value('etcd_debugging_mvcc_events_total'),
            sent: value('etcd_network_client_grpc_sent_bytes_total'),
          });
        });
      })
      .on('error', reject);
  });
}

const memoryOf = (pid) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]) / 1000;

if (server && peer('etcd-client')) report(await measured());
else report([]);
