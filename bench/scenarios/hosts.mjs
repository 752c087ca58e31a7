// Simulated hosts on one real etcd: each with an engine of its own on a kernel in memory, ten endpoints a host, fifty a network, a few processes for
// all. Until all know all that they must, what etcd does for it, and the memory. FAIRLEAD_BENCH_HOSTS=10,100,1000 says how many, and
// FAIRLEAD_BENCH_REPORT=docs/benchmarks/hosts where the last of them is told with its curves: .md, .json and .svg.
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { peer } from '../../scripts/lib/peers.mjs';
import { askable } from '../hosts/child.mjs';
import { startEtcd } from '../hosts/etcd.mjs';
import { tell } from '../hosts/tell.mjs';
import { patiently, percentile, report, row } from '../measure.mjs';

const SIZES = (process.env.FAIRLEAD_BENCH_HOSTS ?? '10,50').split(',').map(Number);
const EACH = 10; // endpoints a host
const ON = 50; // endpoints a network
const MOST = 125; // hosts a process
const LEASE = 600; // seconds: more than a machine of two processors is silent for while a thousand are at work
const server = peer('etcd-server');

async function measured() {
  execFileSync('ip', ['link', 'set', 'lo', 'up']);
  const rounds = [];
  for (const size of SIZES) rounds.push(await round(size));
  if (process.env.FAIRLEAD_BENCH_REPORT) tell(process.env.FAIRLEAD_BENCH_REPORT, rounds, { processors: availableParallelism(), EACH, ON });
  return rounds.flatMap(rowsOf);
}

async function round(size) {
  const etcd = await startEtcd(server, `${process.env.FAIRLEAD_BENCH}/etcd-${size}`);
  const herds = Array.from({ length: Math.ceil(size / MOST) }, () => askable('bench/hosts/herd.mjs'));
  const herdOf = (host) => herds[host % herds.length];
  const sum = async (what) => (await Promise.all(herds.map((herd) => herd.ask(what)))).reduce((all, each) => all + each, 0);
  const samples = [];
  let attached = 0;
  let repeated = 0;
  const sample = async () => {
    const { puts, events, sent } = await etcd.counts();
    const [peers, hosts] = [await sum('peers'), await sum('memory')];
    const at = { seconds: (performance.now() - began) / 1000, attached, peers, puts, events, sent: sent / 1e6, etcd: etcd.memory(), hosts };
    samples.push(at);
    return at;
  };
  const began = performance.now();
  try {
    const numbers = Array.from({ length: size }, (_, n) => n);
    const bare = await sum('memory');
    await Promise.all(herds.map((herd, at) => herd.ask('open', { store: etcd.store, lease: LEASE, numbers: numbers.filter((n) => n % herds.length === at) })));
    const opened = await sample();
    const networks = Math.max(1, Math.round((size * EACH) / ON));
    for (let n = 0; n < networks; n++)
      await herdOf(n % size).ask('network', { host: n % size, name: `n${n}`, driver: 'overlay', internal: true, ipam: { config: [{ subnet: subnetOf(n) }] } });
    const asks = Array.from({ length: size * EACH }, (_, n) => ({
      host: n % size,
      name: `s${n}`,
      networks: [{ network: `n${networkOf(n, size, networks)}` }],
    }));
    const wanted = peersOf(asks);
    const ready = await sample();
    const attaching = [];
    const all = Promise.all(herds.map((_, at) => attach(at)));
    async function attach(at) {
      const own = asks.filter(({ host }) => host % herds.length === at);
      for (let from = 0; from < own.length; from += BATCH) {
        const { took, again } = await herds[at].ask('attach', own.slice(from, from + BATCH));
        attaching.push(...took);
        attached += took.length;
        repeated += again;
      }
    }
    const ended = all.then(() => true);
    do await sample();
    while (!(await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, Math.max(1000, 5 * size)))])));
    const acknowledged = await sample();
    await patiently(async () => (await sample()).peers >= wanted, Math.max(250, 2 * size));
    const converged = samples.at(-1);
    return { size, networks, wanted, processes: herds.length, bare, opened, ready, acknowledged, converged, attaching: spread(attaching), repeated, samples };
  } finally {
    await Promise.all(herds.map((herd) => herd.ask('close').catch(() => {})));
    for (const herd of herds) herd.end();
    await etcd.end();
  }
}

const BATCH = 20;
const spread = (times) => ({ n: times.length, p50: percentile(times, 0.5), p99: percentile(times, 0.99) });
const subnetOf = (n) => `10.${n >> 6}.${(n & 63) * 4}.0/22`;
// A host has its endpoints on as many networks as there are for it.
const networkOf = (n, size, networks) => (Math.floor(n / size) + n) % networks;

// How many endpoints of others all hosts know in the end: on each network that a host uses, all that are elsewhere.
function peersOf(asks) {
  const on = new Map();
  for (const { host, networks } of asks) on.set(networks[0].network, [...(on.get(networks[0].network) ?? []), host]);
  return [...on.values()].reduce((sum, all) => sum + [...new Set(all)].reduce((own, host) => own + all.filter((each) => each !== host).length, 0), 0);
}

function rowsOf({ size, wanted, bare, opened, ready, acknowledged, converged, attaching, repeated }) {
  const one = (text, value, unit) => row('hosts', `${size} hosts, ${size * EACH} endpoints: ${text}`, [value], { unit });
  return [
    one('all are there', opened.seconds * 1000, 'ms'),
    { ...one('one is attached', attaching.p50, 'ms'), n: attaching.n, p99: attaching.p99 },
    one('all are attached', (acknowledged.seconds - ready.seconds) * 1000, 'ms'),
    one('then all know all peers', (converged.seconds - acknowledged.seconds) * 1000, 'ms'),
    one('asked once more, etcd having been silent', repeated, ''),
    one('peers known', wanted, ''),
    one('etcd wrote', converged.puts, 'keys'),
    one('etcd told watchers', converged.events, 'keys'),
    one('etcd sent', converged.sent, 'MB'),
    one('memory of etcd', converged.etcd, 'MB'),
    one('memory of a host', (converged.hosts - bare) / size, 'MB'),
  ];
}

if (server && peer('etcd-client')) report(await measured());
else report([]);
