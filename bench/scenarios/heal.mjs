// From the moment in which somebody's command has returned until what it destroyed is back: a flushed ruleset, a sandbox's deleted
// link, with 10 sandboxes on the host and with 1,000; flushes one by one, and each as soon as the one before is mended. The floor is the
// kernel's part alone: the same bytes sent after a flush by a program that has them at hand.
import { spawn, spawnSync } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createFairlead } from '#dist/index.js';
import { wholeRuleset } from '../floor/whole-ruleset.mjs';
import { percentile, places, report, row } from '../measure.mjs';

// After so many at once mending takes its time (engine/controllers/pace.ts).
const TIMES = 8;
const REST = 11_000;
const APART = 300;

const somebody = spawn(process.execPath, [new URL('../../test/tool/namespace-holder.mjs', import.meta.url).pathname], { stdio: ['pipe', 'pipe', 'inherit'] });
const answers = createInterface({ input: somebody.stdout })[Symbol.asyncIterator]();
await answers.next();
const does = async (...words) => {
  somebody.stdin.write(`${JSON.stringify(words)}\n`);
  const { value } = await answers.next();
  if (value !== '') throw new Error(value);
};

const fairlead = await createFairlead({ ...places('heal'), driftInterval: 0 });
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
let made = 0;
const rows = [];
for (const count of [10, 1000]) {
  for (; made < count; made++) await fairlead.sandboxes.create({ name: `s${made}`, networks: [{ network: 'bench' }] });
  const floor = sentAgain();
  const against = percentile(floor, 0.5);
  rows.push(row('heal', `floor: the same bytes, ${count} sandboxes`, floor, { unit: 'ms' }));
  for (const [subject, apart] of [
    ['flushed ruleset', APART],
    ['flush upon flush', 0],
  ])
    rows.push(row('heal', `${subject}, ${count} sandboxes`, await healing('network', () => does('flush-ruleset'), apart), { unit: 'ms', against }));
  const links = (await fairlead.endpoints.list()).map(({ link }) => link.outside);
  const deletes = await healing('endpoint', (n) => does('delete-link', links[n]));
  rows.push(row('heal', `deleted link, ${count} sandboxes`, deletes, { unit: 'ms' }));
}
report(rows);
somebody.stdin.end();
await fairlead[Symbol.asyncDispose]();

function sentAgain() {
  const input = JSON.stringify({ transaction: Buffer.from(wholeRuleset()).toString('base64'), times: TIMES });
  const program = new URL('../floor/ruleset.mjs', import.meta.url).pathname;
  const { status, stdout } = spawnSync('unshare', ['--net', process.execPath, program], { input, stdio: ['pipe', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`${program} ended with ${status}`);
  return JSON.parse(stdout.toString());
}

async function healing(kind, disturb, apart = 0) {
  const durations = [];
  await new Promise((resolve) => setTimeout(resolve, REST));
  for (let n = 0; n < TIMES; n++) {
    const stop = new AbortController();
    const events = fairlead.events(stop.signal);
    await disturb(n);
    const start = performance.now();
    for await (const event of events) if (event.kind === kind && event.change === 'healed') break;
    durations.push(performance.now() - start);
    stop.abort();
    if (apart > 0) await new Promise((resolve) => setTimeout(resolve, apart));
  }
  return durations;
}
