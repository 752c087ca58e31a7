// A sandbox attached and let go again, one at a time, by every subject in turns. A subject of this repository and `ip` make the namespace as well; plugins,
// netavark and Docker find one.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { guardTable, hostTable, names } from '../floor/floor.mjs';
import { quick, report, row, times, warmth } from '../measure.mjs';
import { against, withSubjects } from '../subject.mjs';

const TURNS = 5;
const directory = process.env.FAIRLEAD_BENCH;
const quicks = [['floor'], ['fairlead'], ['fairlead', { over: 'daemon' }], ['fairlead', { ready: 100 }], ['fairlead', { over: 'daemon', ready: 100 }]];
const processes = [
  ['ip'],
  ['ip', { batch: false }],
  ['cni', { ours: true }],
  ['cni'],
  ['cni', { ours: true, port: true }],
  ['cni', { port: true }],
  ['netavark'],
  ['netavark', { port: true }],
  ['docker'],
  ['docker', { plugin: true }],
];

const [attach, detach] = [new Map(), new Map()];
const missing = [...(await measured(quicks, times(200, 50))), ...(await measured(processes, times(25, 5)))];
const made = against(attach);
const gone = against(detach);
report(
  [
    ...[...attach].map(([title, durations]) => row('attach', title, durations, { against: made })),
    ...(quick ? [] : inC()),
    ...[...detach].map(([title, durations]) => row('detach', title, durations, { against: gone })),
  ],
  missing,
);

async function measured(subjects, count) {
  const share = Math.max(1, Math.floor(count / TURNS));
  return withSubjects(subjects, async ({ each }) => {
    await each(async (one) => {
      // In portions: with more than 256 at once a network is two bridges.
      const warm = warmth(one, times(10, 2));
      for (let made = 0; made < warm; made += 100) {
        await one.attach(made, Math.min(warm - made, 100));
        await one.detach(made, Math.min(warm - made, 100));
      }
    });
    for (let turn = 0; turn < TURNS; turn++) {
      await each(async (one) => {
        const from = 1000 + turn * share;
        attach.set(one.title, [...(attach.get(one.title) ?? []), ...(await one.attach(from, share))]);
        detach.set(one.title, [...(detach.get(one.title) ?? []), ...(await one.detach(from, share))]);
      });
    }
  });
}

function inC() {
  const binary = `${directory}/floor-c`;
  const built = spawnSync('cc', ['-O2', '-o', binary, new URL('../floor/floor.c', import.meta.url).pathname], { stdio: 'ignore' });
  if (built.status !== 0) return [];
  mkdirSync(`${directory}/c`);
  const files = Object.entries({ names, hostTable, guardTable }).map(([name, bytes]) => {
    const file = `${directory}/floor-c.${name}`;
    writeFileSync(file, bytes);
    return file;
  });
  const out = execFileSync(binary, [`${directory}/c`, 'brc', '200', ...files], { encoding: 'utf8' });
  return [row('attach', 'floor: raw netlink in C', out.trim().split('\n').map(Number), { against: made })];
}
