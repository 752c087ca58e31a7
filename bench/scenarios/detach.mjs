// 1,000 sandboxes with a network each, removed at once until the kernel has let go of all of it; beside links deleted one at a
// time, and beside the least that the kernel takes for all of them as one group.
import { createFairlead } from '#dist/index.js';
import { floor } from '../floor/floor.mjs';
import { places, report, row, timed } from '../measure.mjs';

const COUNT = 1000;
const SINGLE = 40;

const raw = floor(`${process.env.FAIRLEAD_BENCH}/floor`, 'brf', [10, 66]);
for (let n = 0; n < SINGLE; n++) raw.attach(n);
const single = [];
for (let n = 0; n < SINGLE; n++) single.push(await timed(() => raw.detach(n)));
for (let n = 0; n < SINGLE; n++) raw.forget(n);
const each = single.reduce((sum, value) => sum + value, 0) / SINGLE;

const fairlead = await createFairlead(places('detach'));
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
const removed = async () => {
  for (let n = 0; n < COUNT; n++) await fairlead.sandboxes.create({ name: `s${n}`, networks: [{ network: 'bench' }] });
  return timed(() => Promise.all(Array.from({ length: COUNT }, (_, n) => fairlead.sandboxes.remove(`s${n}`, { settle: true }))));
};
// Once for what learns.
await removed();
const whole = await removed();

await fairlead[Symbol.asyncDispose]();

for (let n = 0; n < COUNT; n++) raw.attach(n);
const group = await timed(() => {
  raw.detachAll(COUNT);
  for (let n = 0; n < COUNT; n++) raw.forget(n);
});

report([
  row('detach', 'link deleted by itself (each)', single, { against: each }),
  { ...row('detach', `floor, ${COUNT} as one group (each)`, [group / COUNT], { against: each }), n: COUNT },
  { ...row('detach', `fairlead, ${COUNT} at once (each)`, [whole / COUNT], { against: each }), n: COUNT },
]);
