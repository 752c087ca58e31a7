// A new namespace, an endpoint and the join: through the library, beside the floor in JavaScript and in C, `ip -batch`, and a script
// with one process a step. Subjects take turns, so that the machine's mood is shared.
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createFairlead } from '#dist/index.js';
import { floor, guardTable, hostTable, names } from '../floor/floor.mjs';
import { percentile, places, report, row, timed } from '../measure.mjs';

const COUNT = 200;
const SLOW = 40;
const directory = process.env.FAIRLEAD_BENCH;
const found = (tool) => spawnSync(tool, ['-V'], { stdio: 'ignore' }).error === undefined;

const fairlead = await createFairlead(places('attach'));
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
await fairlead.networks.create({ name: 'calls', ipam: { config: [{ subnet: '10.68.0.0/16' }] } });
const raw = floor(`${directory}/floor`, 'brf', [10, 66]);

const times = { floor: [], one: [], three: [] };
for (let n = 0; n < COUNT + 20; n++) {
  const kept = n >= 20;
  const a = await timed(() => raw.attach(n));
  const b = await timed(() => fairlead.sandboxes.create({ name: `s${n}`, networks: [{ network: 'bench' }] }));
  const c = await timed(async () => {
    await fairlead.sandboxes.create({ name: `t${n}` });
    const { id } = await fairlead.endpoints.create({ network: 'calls', name: `t${n}` });
    await fairlead.endpoints.join(id, `t${n}`);
  });
  if (kept) {
    times.floor.push(a);
    times.one.push(b);
    times.three.push(c);
  }
}
const against = percentile(times.floor, 0.5);
const rows = [
  row('attach', 'floor, koffi', times.floor, { against }),
  row('attach', 'fairlead, sandbox with its network', times.one, { against }),
  row('attach', 'fairlead, sandbox, endpoint, join', times.three, { against }),
];
rows.push(...inC(), ...(found('ip') ? [...batch(), ...script()] : []));
report(rows);
await fairlead[Symbol.asyncDispose]();

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
  const out = execFileSync(binary, [`${directory}/c`, 'brc', String(COUNT), ...files], { encoding: 'utf8' });
  return [row('attach', 'floor, C', out.trim().split('\n').map(Number), { against })];
}

function batch() {
  execFileSync('ip', ['link', 'add', 'bri', 'type', 'bridge']);
  execFileSync('ip', ['link', 'set', 'bri', 'up']);
  const durations = [];
  for (let n = 0; n < SLOW; n++) {
    const outside = `netns add i${n}\nlink add i${n} type veth peer name eth0 netns i${n}\nlink set i${n} master bri\nlink set i${n} up\n`;
    const inside = `link set lo up\naddress add 10.69.0.${n + 2}/16 dev eth0\nlink set eth0 up\nroute add default via 10.69.0.1\n`;
    const start = performance.now();
    execFileSync('ip', ['-batch', '-'], { input: outside });
    execFileSync('ip', ['-n', `i${n}`, '-batch', '-'], { input: inside });
    durations.push((performance.now() - start) * 1000);
  }
  return [row('attach', 'ip -batch', durations, { against })];
}

function script() {
  execFileSync('ip', ['link', 'add', 'brb', 'type', 'bridge']);
  execFileSync('ip', ['link', 'set', 'brb', 'up']);
  const durations = [];
  for (let n = 0; n < SLOW; n++) {
    const start = performance.now();
    execFileSync(new URL('../baseline.sh', import.meta.url).pathname, ['brb', String(n), `10.70.0.${n + 2}/16`, '10.70.0.1']);
    durations.push((performance.now() - start) * 1000);
  }
  return [row('attach', 'baseline.sh, one process a step', durations, { against })];
}
