// So many a second come, stay for a moment and go: how long each that comes waits, with others on their way in and out.
import { report, row, times, warmth } from '../measure.mjs';
import { against, withSubjects } from '../subject.mjs';

const SECONDS = times(3, 1);
/** How long each stays, in milliseconds. */
const STAY = 300;
const many = [['fairlead'], ['fairlead', { over: 'daemon' }], ['fairlead', { ready: 100 }], ['cni', { ours: true }], ['cni']];
const subjects = [...many.map((one) => [20, one]), [20, ['netavark']], ...times(many, []).map((one) => [60, one])];

const waits = new Map();
const missing = [];
for (const [rate, named] of subjects) {
  missing.push(
    ...(await withSubjects([named], async ({ each }) => {
      await each(async (one) => {
        const warm = warmth(one, 10);
        for (let made = 0; made < warm; made += 100) {
          await one.burst(made, Math.min(warm - made, 100));
          await one.clear(made, Math.min(warm - made, 100));
        }
        waits.set(`${one.title}: ${rate} a second`, await one.churn(1000, rate * SECONDS, { rate, stay: STAY }));
      });
    })),
  );
}
const first = against(waits);
report(
  [...waits].map(([title, durations]) => row('churn', title, durations, { against: first })),
  missing,
);
