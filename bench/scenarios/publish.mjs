// A sandbox with a port more, where so many are published: by Fairlead's CNI plugin and by Debian's three.
import { percentile, report, row, times } from '../measure.mjs';
import { withSubjects } from '../subject.mjs';

const BEFORE = [10, 1000, ...times([10_000], [])];
const COUNT = times(15, 5);

const rows = [];
const missing = [];
for (const ours of [true, false]) {
  let against;
  for (const before of BEFORE) {
    missing.push(
      ...(await withSubjects([['cni', { ours, port: true, before }]], async ({ each }) => {
        await each(async (one) => {
          await one.attach(0, 2);
          const durations = await one.attach(2, COUNT);
          against ??= percentile(durations, 0.5);
          rows.push(row('publish', `${one.title.replace(', with a port', '')}, ${before} published`, durations, { against }));
        });
      })),
    );
  }
}
report(rows, missing);
