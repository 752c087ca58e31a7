// So many asked for in one moment: how long each waits, from that moment.
import { report, row, times } from '../measure.mjs';
import { against, withSubjects } from '../subject.mjs';

const ROUNDS = times(5, 2);
const subjects = [
  ['fairlead'],
  ['fairlead', { ready: 200 }],
  ['fairlead', { over: 'daemon' }],
  ['fairlead', { over: 'daemon', ready: 200 }],
  ['ip'],
  ['cni', { ours: true }],
  ['cni'],
  ['netavark'],
];

const rows = [];
const missing = [];
for (const count of [30, 100]) {
  const waits = new Map();
  const named = count > 30 ? subjects : [...subjects, ...times([['docker']], [])];
  missing.push(
    ...(await withSubjects(named, async ({ each }) => {
      for (let round = 0; round <= ROUNDS; round++) {
        await each(async (one) => {
          // The first is not counted: it makes the bridge, and warms the compiler up. Of what takes seconds one round is enough.
          const kept = waits.get(one.title) ?? [];
          if (kept.length > 0 && kept.reduce((most, wait) => Math.max(most, wait)) > 1e6) return;
          const found = await one.burst(round * count, count);
          if (round > 0) waits.set(one.title, [...kept, ...found]);
          await one.clear(round * count, count);
        });
      }
    })),
  );
  const first = against(waits);
  rows.push(...[...waits].map(([title, durations]) => row(`burst of ${count}`, title, durations, { against: first })));
}
report(rows, missing);
