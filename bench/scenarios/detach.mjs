// 1,000 sandboxes with a network each, removed at once until the kernel has let go of all of it; beside links deleted one at a time.
import { createFairlead } from '#dist/index.js';
import { floor } from '../floor/floor.mjs';
import { places, report, row, timed } from '../measure.mjs';

const COUNT = 1000;
const SINGLE = 40;

const raw = floor(`${process.env.FAIRLEAD_BENCH}/floor`, 'brf', [10, 66]);
for (let n = 0; n < SINGLE; n++) raw.attach(n);
const single = [];
for (let n = 0; n < SINGLE; n++) single.push(await timed(() => raw.detach(n)));
const each = single.reduce((sum, value) => sum + value, 0) / SINGLE;

const fairlead = await createFairlead(places('detach'));
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
for (let n = 0; n < COUNT; n++) await fairlead.sandboxes.create({ name: `s${n}`, networks: [{ network: 'bench' }] });
const whole = await timed(() => Promise.all(Array.from({ length: COUNT }, (_, n) => fairlead.sandboxes.remove(`s${n}`, { settle: true }))));

report([
  row('detach', 'link deleted by itself (each)', single, { against: each }),
  { ...row('detach', `fairlead, ${COUNT} at once (each)`, [whole / COUNT], { against: each }), n: COUNT },
]);
await fairlead[Symbol.asyncDispose]();
