// npm run bench -- [--only SCENARIO]… [--json FILE]: every scenario in a network and mount namespace of its own, side by side with
// what it is measured against. Figures are reported and never fail anything.
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchPeer } from '../scripts/lib/peers.mjs';

const { values } = parseArgs({ options: { only: { type: 'string', multiple: true }, json: { type: 'string' } } });
const directory = join(import.meta.dirname, 'scenarios');
const known = readdirSync(directory).map((name) => name.replace(/\.mjs$/, ''));
const wanted = values.only ?? known;
// Programs of others that a scenario runs beside Fairlead. Without one its rows are left out.
const peers = {
  cni: ['containernetworking-plugins', 'iptables'],
  names: ['dnsperf', 'aardvark-dns'],
  ports: ['iperf3', 'docker.io'],
  rate: ['iperf3'],
  store: ['etcd-server', 'etcd-client'],
  hosts: ['etcd-server', 'etcd-client'],
  overlay: ['etcd-server', 'etcd-client', 'iperf3'],
};
for (const name of wanted) {
  if (known.includes(name)) continue;
  console.error(`bench: no scenario "${name}"\n  those there are: ${known.join(', ')}`);
  process.exit(2);
}

// Everything happens in namespaces of this run: the machine's links, addresses and mounts are not touched.
if (process.env.FAIRLEAD_BENCH === undefined) {
  // There is no network behind the next step.
  for (const name of wanted.flatMap((scenario) => peers[scenario] ?? [])) {
    const trouble = fetchPeer(name);
    if (trouble) console.error(`bench: rows are left out: ${trouble}`);
  }
  const place = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  const script = 'mount -t tmpfs tmpfs "$FAIRLEAD_BENCH" && mount -t tmpfs tmpfs /run && exec "$@"';
  const { status } = spawnSync(
    'unshare',
    [...user, '--net', '--mount', 'sh', '-c', script, 'sh', process.execPath, import.meta.filename, ...process.argv.slice(2)],
    {
      stdio: 'inherit',
      env: { ...process.env, FAIRLEAD_BENCH: place },
    },
  );
  rmSync(place, { recursive: true, force: true });
  process.exit(status ?? 1);
}

const number = (value) => (value >= 100 ? value.toFixed(0) : value.toFixed(2));
const shape = (cells) =>
  `${cells[0].padEnd(12)}${cells[1].padEnd(44)}${cells[2].padStart(6)}${cells[3].padStart(11)}${cells[4].padStart(11)}  ${cells[5].padEnd(5)}${cells[6].padStart(8)}`;
const all = [];
console.log(shape(['scenario', 'subject', 'n', 'p50', 'p99', 'unit', 'ratio']));
for (const name of wanted) {
  const rows = await run(name);
  for (const { scenario, subject, n, p50, p99, unit, ratio } of rows) {
    console.log(shape([scenario, subject, String(n), number(p50), number(p99), unit, ratio === null ? '' : `${ratio.toFixed(ratio < 0.1 ? 4 : 2)}×`]));
  }
  all.push(...rows);
}
if (values.json) writeFileSync(values.json, `${JSON.stringify(all, null, 2)}\n`);

function run(name) {
  return new Promise((resolve, reject) => {
    // A namespace a scenario: what one leaves is not in another's way.
    const own = { execPath: 'unshare', execArgv: ['--net', '--mount', process.execPath] };
    const child = fork(join(directory, `${name}.mjs`), { ...own, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let rows;
    child.on('message', (message) => {
      rows = message;
    });
    child.on('exit', (code) => (rows && code === 0 ? resolve(rows) : reject(new Error(`scenario ${name} ended with ${code}`))));
  });
}
