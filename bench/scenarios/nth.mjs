// The 10th, the 100th and the 1,000th on one bridge: what grows with what is there already.
import { percentile, report, row, times, warmth } from '../measure.mjs';
import { withSubjects } from '../subject.mjs';

const STEPS = [10, 100, ...times([1000], [])];
const AROUND = 10;
// What slows down, or takes tens of milliseconds from the start, is not followed as far.
const subjects = [
  [['floor'], 1000],
  [['fairlead'], 1000],
  [['ip'], 1000],
  [['cni'], 1000],
  [['netavark'], times(100, 10)],
  [['cni', { port: true }], times(100, 10)],
];

const rows = [];
const missing = [];
for (const [named, far] of subjects) {
  const found = new Map();
  missing.push(
    ...(await withSubjects([named], async ({ each }) => {
      await each(async (one) => {
        // In portions: with more than 256 at once a network is two bridges.
        const warm = warmth(one, AROUND);
        for (let made = 0; made < warm; made += 100) {
          await one.attach(5000 + made, Math.min(warm - made, 100));
          await one.clear(5000 + made, Math.min(warm - made, 100));
        }
        let made = 0;
        for (const step of STEPS.filter((each) => each <= far)) {
          const from = Math.max(made, step - AROUND);
          await one.attach(made, from - made);
          const durations = await one.attach(from, AROUND);
          made = from + AROUND;
          found.set(step, durations);
          rows.push(row('nth', `${one.title}, the ${step.toLocaleString('en')}th`, durations, { against: percentile(found.get(STEPS[0]), 0.5) }));
        }
      });
    })),
  );
}
report(rows, missing);
