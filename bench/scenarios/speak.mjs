// Sandboxes that are all there, and then send their first packet to the host: whom the network still serves, and how soon.
import { percentile, report, row, times } from '../measure.mjs';
import { withSubjects } from '../subject.mjs';

const STEPS = [100, ...times([1000], [])];
const subjects = [['fairlead'], ['cni', { ours: true }], ['cni']];

const rows = [];
const missing = [];
for (const named of subjects) {
  missing.push(
    ...(await withSubjects([named], async ({ each }) => {
      await each(async (one) => {
        let [made, against] = [0, undefined];
        for (const count of STEPS) {
          await one.attach(made, count - made);
          made = count;
          const durations = await one.speak(0, count);
          against ??= percentile(durations, 0.5);
          rows.push(row('speak', `${one.title}: ${durations.length.toLocaleString('en')} of ${count.toLocaleString('en')} heard`, durations, { against }));
        }
      });
    })),
  );
}
report(rows, missing);
