// The 10th and the 1,000th endpoint on one bridge, and the event loop's delay while 1,000 endpoints come and go.
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createFairlead } from '#dist/index.js';
import { percentile, places, report, row, timed } from '../measure.mjs';

const COUNT = 1000;
const fairlead = await createFairlead(places('scale'));
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
const attach = (n) => fairlead.sandboxes.create({ name: `s${n}`, networks: [{ network: 'bench' }] });

// The first attachments of a process warm the compiler up; they are not the ones that are meant.
for (let n = 0; n < 60; n++) await attach(`w${n}`);
await Promise.all(Array.from({ length: 60 }, (_, n) => fairlead.sandboxes.remove(`sw${n}`, { settle: true })));

const durations = [];
for (let n = 0; n < COUNT; n++) durations.push(await timed(() => attach(n)));
const [early, late] = [durations.slice(5, 25), durations.slice(COUNT - 20)];
const against = percentile(early, 0.5);
const rows = [
  row('scale', 'attach, around the 10th on a bridge', early, { against }),
  row('scale', 'attach, around the 1,000th on a bridge', late, { against }),
];

const delay = monitorEventLoopDelay({ resolution: 1 });
await Promise.all(Array.from({ length: COUNT }, (_, n) => fairlead.sandboxes.remove(`s${n}`, { settle: true })));
delay.enable();
const started = performance.now();
await Promise.all(Array.from({ length: COUNT }, (_, n) => attach(`x${n}`).then(() => fairlead.sandboxes.remove(`sx${n}`, { settle: true }))));
const seconds = (performance.now() - started) / 1000;
delay.disable();
rows.push({
  scenario: 'event loop',
  subject: `delay while ${COUNT} come and go`,
  n: COUNT,
  p50: delay.percentile(50) / 1e6,
  p99: delay.percentile(99) / 1e6,
  unit: 'ms',
  ratio: null,
});
rows.push({
  scenario: 'churn',
  subject: `${COUNT} come and go at once (each a second)`,
  n: COUNT,
  p50: COUNT / seconds,
  p99: COUNT / seconds,
  unit: '1/s',
  ratio: null,
});
report(rows);
await fairlead[Symbol.asyncDispose]();
