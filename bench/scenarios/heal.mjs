// From the moment in which somebody's command has returned until what it destroyed is back: a flushed ruleset, a sandbox's deleted
// link, with 10 sandboxes on the host and with 1,000.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { createFairlead } from '#dist/index.js';
import { places, report, row } from '../measure.mjs';

// After so many at once mending takes its time (engine/controllers/pace.ts).
const TIMES = 8;
const REST = 11_000;

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
  rows.push(row('heal', `flushed ruleset, ${count} sandboxes`, await healing('network', () => does('flush-ruleset')), { unit: 'ms' }));
  const links = (await fairlead.endpoints.list()).map(({ link }) => link.outside);
  const deletes = await healing('endpoint', (n) => does('delete-link', links[n]));
  rows.push(row('heal', `deleted link, ${count} sandboxes`, deletes, { unit: 'ms' }));
}
report(rows);
somebody.stdin.end();
await fairlead[Symbol.asyncDispose]();

async function healing(kind, disturb) {
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
  }
  return durations;
}
