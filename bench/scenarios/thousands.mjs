// A daemon with ten thousand endpoints (`npm run scale`): what attaching, listing, resolving, publishing and detaching one costs on the way there, what it
// takes of the host, and how soon it is back. All are on one network, which has as many bridges as that takes. Too long for every day: it runs when it is named.
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { startDaemon } from '../daemon.mjs';
import { percentile, report, row, timed, times } from '../measure.mjs';

const STEPS = [10, 100, 1000, ...times([10_000], [])];
const AROUND = 10;
const TOGETHER = 250;
const place = `${process.env.FAIRLEAD_BENCH}/thousands`;
let daemon = await startDaemon(place);
const kilobytes = () => Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${daemon.pid}/status`, 'utf8'))[1]);
const descriptors = () => readdirSync(`/proc/${daemon.pid}/fd`).length;
const networks = [{ network: 'net' }];
const ask = (n) => ({ name: `s${n}`, networks });
await daemon.fairlead.networks.create({ name: 'net', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });

const rows = [];
const firsts = new Map();
const say = (what, at, durations, unit = 'µs') => {
  if (!firsts.has(what)) firsts.set(what, percentile(durations, 0.5));
  rows.push(row('thousands', `${what}, at ${at.toLocaleString('en')}`, durations, { unit, against: firsts.get(what) }));
};
const rest = kilobytes();
let made = 0;
const missing = [];
// What a host has no room for is said, beside what it had room for.
try {
  for (const step of STEPS) {
    while (made < step - AROUND) made += await makeMany(made, Math.min(made + TOGETHER, step - AROUND));
    await measureAt(step);
  }
} catch (error) {
  missing.push(`from endpoint ${made.toLocaleString('en')} on: ${error.message.replaceAll('\n', ' ')}`);
}
rows.push(row('thousands', 'restart over all of them', [await restarted()], { unit: 'ms' }));
const { fairlead } = daemon;
const all = (await fairlead.sandboxes.list()).map(({ name }) => name);
const gone = await timed(() => fairlead.sandboxes.removeMany(all, { settle: true }));
rows.push(row('thousands', `all ${all.length.toLocaleString('en')} removed, until the kernel has let go`, [gone / 1e6], { unit: 's' }));
await daemon.close();
report(rows, missing);

async function makeMany(from, upTo) {
  const outcomes = await daemon.fairlead.sandboxes.createMany(Array.from({ length: upTo - from }, (_, at) => ask(from + at)));
  const failed = outcomes.find((each) => 'error' in each);
  if (failed) throw failed.error;
  return outcomes.length;
}

async function measureAt(step) {
  const { fairlead } = daemon;
  const found = { attach: [], list: [], resolve: [], publish: [], detach: [] };
  for (; made < step; made++) found.attach.push(await timed(() => fairlead.sandboxes.create(ask(made))));
  for (let n = 0; n < AROUND; n++) {
    found.list.push(await timed(() => fairlead.sandboxes.list()));
    const ports = [{ hostIp: '0.0.0.0', hostPort: 20_000 + n, port: 80 }];
    found.publish.push(await timed(() => fairlead.sandboxes.update('s0', { ports: { add: ports } })));
    await fairlead.sandboxes.update('s0', { ports: { remove: ports } });
  }
  const { key } = await fairlead.sandboxes.get(`s${step - 1}`);
  const asker = fork(new URL('../names/asker.mjs', import.meta.url).pathname);
  await once(asker, 'message');
  for (let n = 0; n < AROUND; n++) {
    found.resolve.push(
      await timed(async () => {
        asker.send({ key, name: `s${step - 1}` });
        const [answers] = await once(asker, 'message');
        if (answers !== 1) throw new Error(`s${step - 1} is not answered`);
      }),
    );
  }
  asker.disconnect();
  for (let n = 0; n < AROUND; n++) {
    await fairlead.sandboxes.create({ name: `gone${n}`, networks });
    found.detach.push(await timed(() => fairlead.sandboxes.remove(`gone${n}`, { settle: false })));
  }
  for (const [what, durations] of Object.entries(found)) say(what, step, durations);
  rows.push(row('thousands', `descriptors of the daemon, at ${step.toLocaleString('en')}`, [descriptors()], { unit: '' }));
  rows.push(row('thousands', `memory an endpoint, at ${step.toLocaleString('en')}`, [(kilobytes() - rest) / step], { unit: 'kB' }));
}

async function restarted() {
  await daemon.close();
  daemon = await startDaemon(place);
  return daemon.took / 1000;
}
