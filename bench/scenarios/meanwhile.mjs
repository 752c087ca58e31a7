// Sandboxes held ready that are asked for while 600 others are removed: nobody waits behind a mass removal.
import { createFairlead } from '#dist/index.js';
import { percentile, places, report, row, timed } from '../measure.mjs';

const GONE = 600;
const READY = 300;
const fairlead = await createFairlead(places('meanwhile'));
await fairlead.networks.create({ name: 'leaving', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
await fairlead.networks.create({ name: 'ready', ipam: { config: [{ subnet: '10.66.0.0/16' }] }, options: { 'com.fairlead.ready': String(READY) } });
const leaving = Array.from({ length: GONE }, (_, n) => `gone${n}`);
await fairlead.sandboxes.createMany(leaving.map((name) => ({ name, networks: [{ network: 'leaving' }] })));
for (let held = 0; held < READY; held = (await fairlead.info()).ready) await new Promise((resolve) => setTimeout(resolve, 20));

const attach = (n) => timed(() => fairlead.sandboxes.create({ name: `s${n}`, networks: [{ network: 'ready' }] }));
const [quiet, during] = [[], []];
for (let n = 0; n < READY / 3; n++) quiet.push(await attach(n));
const ended = new AbortController();
const removed = timed(() => fairlead.sandboxes.removeMany(leaving, { settle: true })).finally(() => ended.abort());
// A pause between two lets the removal have its turns on this thread, as with callers who are other programs.
for (let n = READY / 3; n < READY && !ended.signal.aborted; n++) {
  during.push(await attach(n));
  await new Promise((resolve) => setTimeout(resolve, 2));
}
const took = await removed;
const against = percentile(quiet, 0.5);
report([
  row('meanwhile', 'fairlead, held ready, nobody else at work', quiet, { against }),
  row('meanwhile', `fairlead, held ready, while ${GONE} are removed`, during, { against }),
  row('meanwhile', `${GONE} removed, until the kernel has let go (each)`, [took / GONE], { against }),
]);
await fairlead[Symbol.asyncDispose]();
