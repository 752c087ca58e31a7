// Records against kernel, both ways, for 1,000 healthy endpoints, beside a bare dump of the same kernel.
import { createFairlead } from '#dist/index.js';
import { dumpAll } from '../floor/dump.mjs';
import { percentile, places, report, row, timed } from '../measure.mjs';

const COUNT = 1000;
const TIMES = 15;
const { state, run } = places('reconcile');
const fairlead = await createFairlead({ state, run, driftInterval: 0 });
for (let n = 0; n < 4; n++) await fairlead.networks.create({ name: `n${n}`, ipam: { config: [{ subnet: `10.${65 + n}.0.0/16` }] } });
for (let n = 0; n < COUNT; n++) await fairlead.sandboxes.create({ name: `s${n}`, networks: [{ network: `n${n % 4}` }] });

const sets = ['bridges', 'same', 'internal', 'icc_off', 'masq', 'fenced'];
const times = { bare: [], look: [] };
for (let n = 0; n < TIMES; n++) {
  times.bare.push(await timed(() => dumpAll(`${run}/netns`, sets)));
  times.look.push(
    await timed(async () => {
      if ((await fairlead.doctor()).length > 0) throw new Error('all was to be well');
    }),
  );
}
const against = percentile(times.bare, 0.5);
const milliseconds = (durations) => durations.map((each) => each / 1000);
report([
  row('reconcile', `floor, dumps of ${COUNT} namespaces`, milliseconds(times.bare), { unit: 'ms', against: against / 1000 }),
  row('reconcile', `fairlead, ${COUNT} endpoints compared`, milliseconds(times.look), { unit: 'ms', against: against / 1000 }),
]);
await fairlead[Symbol.asyncDispose]();
