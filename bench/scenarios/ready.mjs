// Sandboxes on a network that holds some ready, beside the same on one that does not, and what the kernel needs for the elements alone.
import { createFairlead } from '#dist/index.js';
import { percentile, places, report, row, timed } from '../measure.mjs';

const COUNT = 400;
const fairlead = await createFairlead(places('ready'));
await fairlead.networks.create({ name: 'cold', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
await fairlead.networks.create({ name: 'ready', ipam: { config: [{ subnet: '10.66.0.0/16' }] }, options: { 'com.fairlead.ready': '450' } });
const held = async () => (await fairlead.info()).ready;
while ((await held()) < 450) await new Promise((resolve) => setTimeout(resolve, 50));

const times = { cold: [], ready: [] };
for (let n = 0; n < COUNT; n++) {
  times.cold.push(await timed(() => fairlead.sandboxes.create({ name: `c${n}`, networks: [{ network: 'cold' }] })));
}
for (let n = 0; n < COUNT; n++) {
  times.ready.push(await timed(() => fairlead.sandboxes.create({ name: `r${n}`, networks: [{ network: 'ready' }] })));
}
const against = percentile(times.cold, 0.5);
report([row('ready', 'fairlead, made at once', times.cold), row('ready', 'fairlead, held ready', times.ready, { against })]);
await fairlead[Symbol.asyncDispose]();
