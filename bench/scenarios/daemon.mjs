// A daemon over what is there: what it takes in memory at rest and for each endpoint more, and how soon it answers again after its end.
import { readFileSync } from 'node:fs';
import { report, row, times } from '../measure.mjs';
import { startDaemon } from '../daemon.mjs';
import { startDockerd } from '../peers/dockerd.mjs';

const COUNTS = [10, ...times([1000], [200])];
const RESTARTS = times(5, 2);
const place = `${process.env.FAIRLEAD_BENCH}/daemon`;
const NETWORK = { name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } };
// What a start leaves behind goes back to the kernel in the first half minute of rest: V8 collects for that once nobody has asked for anything for a while.
const REST = times(30_000, 1_000);
// Kilobytes in memory: the program, which it shares with other processes, is left out of a difference anyway.
const resident = async (pid) => {
  await new Promise((resolve) => setTimeout(resolve, REST));
  return Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
};

const rows = [];
const missing = [];
let daemon = await startDaemon(place);
rows.push(row('memory', 'fairlead, daemon at rest', [(await resident(daemon.pid)) / 1024], { unit: 'MB' }));
await daemon.fairlead.networks.create(NETWORK);
let made = 0;
let before;
for (const count of COUNTS) {
  for (; made < count; made++) await daemon.fairlead.sandboxes.create({ name: `s${made}`, networks: [{ network: 'bench' }] });
  const kept = [];
  for (let n = 0; n < RESTARTS; n++) {
    await daemon.close();
    daemon = await startDaemon(place);
    kept.push(daemon.took / 1000);
  }
  rows.push(row('restart', `fairlead, daemon over ${count} endpoints`, kept, { unit: 'ms' }));
  // Both just after a start, so that what creating them left to the collector is in neither.
  const now = await resident(daemon.pid);
  if (before) rows.push(row('memory', `fairlead, each endpoint more, at ${count}`, [(now - before.size) / (count - before.count)], { unit: 'kB' }));
  before = { size: now, count };
}
await daemon.close();
try {
  const docker = await startDockerd(`${place}/docker`);
  rows.push(row('memory', 'Docker, dockerd at rest', [(await resident(docker.pid())) / 1024], { unit: 'MB' }));
  await docker.close();
} catch (error) {
  missing.push(`dockerd: ${error.message}`);
}
report(rows, missing);
