// So many asked for in one moment: how long each waits, from that moment.
import { report, row, times, warmth } from '../measure.mjs';
import { against, withSubjects } from '../subject.mjs';

const ROUNDS = times(5, 1);
const subjects = [
  ['fairlead'],
  ['fairlead', { ready: 200 }],
  ['fairlead', { over: 'daemon' }],
  ['fairlead', { over: 'daemon', ready: 200 }],
  ['ip'],
  ['cni', { ours: true }],
  ['cni'],
];

const rows = [];
const missing = [];
for (const count of [30, 100]) {
  const waits = new Map();
  const named = [...subjects, ...(count > 30 ? times([['netavark']], []) : [['netavark'], ...times([['docker']], [])])];
  missing.push(
    ...(await withSubjects(named, async ({ each }) => {
      await each(async (one) => {
        for (let made = 0; made < warmth(one, count); made += count) {
          await one.burst(made, count);
          await one.clear(made, count);
        }
      });
      for (let round = 0; round < ROUNDS; round++) {
        await each(async (one) => {
          // Of what takes seconds one round is enough.
          const kept = waits.get(one.title) ?? [];
          if (kept.length > 0 && kept.reduce((most, wait) => Math.max(most, wait)) > 1e6) return;
          const from = 1000 + round * count;
          waits.set(one.title, [...kept, ...(await one.burst(from, count))]);
          await one.clear(from, count);
        });
      }
    })),
  );
  const first = against(waits);
  rows.push(...[...waits].map(([title, durations]) => row(`burst of ${count}`, title, durations, { against: first })));
}
report(rows, missing);
