// npm run bench -- [--quick] [--only SCENARIO]… [--out DIR]: Fairlead side by side with what it is measured against, each scenario in namespaces of its own.
// A whole run is written to docs/benchmarks. Figures are reported and never fail anything.
import { fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fetchPeer } from '../scripts/lib/peers.mjs';
import { PEERS, QUICK, WHOLE } from './plan.mjs';
import { machine } from './report/machine.mjs';
import { cellsOf, HEAD, line } from './report/table.mjs';
import { write } from './report/write.mjs';

const options = { quick: { type: 'boolean' }, only: { type: 'string', multiple: true }, out: { type: 'string' } };
const values = asked();
const directory = join(import.meta.dirname, 'scenarios');
const known = readdirSync(directory).map((name) => name.replace(/\.mjs$/, ''));
const wanted = values.only ?? (values.quick ? QUICK : WHOLE);
const out = values.out ?? (values.only || values.quick ? undefined : join(import.meta.dirname, '..', 'docs', 'benchmarks'));
for (const name of wanted) {
  if (known.includes(name)) continue;
  console.error(`bench: no scenario "${name}"\n  those there are: ${known.join(', ')}`);
  process.exit(2);
}

// Everything happens in namespaces of this run: the machine's links, addresses and mounts are not touched.
if (process.env.FAIRLEAD_BENCH === undefined) process.exit(apart());

const { troubles, facts } = JSON.parse(readFileSync(`${process.env.FAIRLEAD_BENCH}/before.json`, 'utf8'));
const missing = [...troubles];
const all = [];
const begun = performance.now();
console.log(line(HEAD));
for (const name of wanted) {
  const found = await run(name);
  for (const row of found.rows) console.log(line(cellsOf(row)));
  for (const each of found.missing) console.log(`${name.padEnd(13)}not measured: ${each}`);
  all.push(...found.rows);
  missing.push(...found.missing.filter((each) => !missing.includes(each)));
  // After each, so that a run that is broken off has told what it knows.
  const date = new Date().toISOString().slice(0, 10);
  const seconds = (performance.now() - begun) / 1000;
  if (out) write(out, { machine: facts, date, quick: values.quick ?? false, seconds, missing, rows: all });
}
console.log(`${Math.round((performance.now() - begun) / 1000)} s`);

function asked() {
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    console.error(`bench: ${error.message.split('. ')[0]}\n  npm run bench -- [--quick] [--only SCENARIO]… [--out DIR]`);
    process.exit(2);
  }
}

// What is fetched is fetched before: there is no network behind this step.
function apart() {
  const troubles = [...new Set(wanted.flatMap((scenario) => PEERS[scenario] ?? []))].flatMap((name) => fetchPeer(name) ?? []);
  for (const trouble of troubles) console.error(`bench: rows are left out: ${trouble}`);
  const place = mkdtempSync(join(tmpdir(), 'fairlead-bench-'));
  const user = process.getuid?.() === 0 ? [] : ['--user', '--map-root-user'];
  writeFileSync(`${place}.json`, JSON.stringify({ troubles, facts: machine() }));
  const script = 'mount -t tmpfs tmpfs "$FAIRLEAD_BENCH" && mv "$FAIRLEAD_BENCH.json" "$FAIRLEAD_BENCH/before.json" && mount -t tmpfs tmpfs /run && exec "$@"';
  const { status } = spawnSync(
    'unshare',
    [...user, '--net', '--mount', 'sh', '-c', script, 'sh', process.execPath, import.meta.filename, ...process.argv.slice(2)],
    { stdio: 'inherit', env: { ...process.env, FAIRLEAD_BENCH: place, ...(values.quick && { FAIRLEAD_BENCH_QUICK: '1' }) } },
  );
  rmSync(place, { recursive: true, force: true });
  rmSync(`${place}.json`, { force: true });
  return status ?? 1;
}

// A scenario that fails takes no other along.
function run(name) {
  return new Promise((resolve) => {
    const own = { execPath: 'unshare', execArgv: ['--net', '--mount', process.execPath] };
    const child = fork(join(directory, `${name}.mjs`), { ...own, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    let found = { rows: [], missing: [] };
    child.on('message', (message) => {
      found = message;
    });
    // Of a program of others its name alone: where it was unpacked is nobody's business.
    const told = (missing) => missing.map((each) => each.replaceAll(/\/\S*\//g, '').trim());
    child.on('exit', (code) => resolve({ ...found, missing: told(code === 0 ? found.missing : [...found.missing, `scenario ${name} ended with ${code}`]) }));
  });
}
