// What one more published port costs: on a host with none, with 10,000 on 100 sandboxes, with 10,000 on one, and beside somebody else's
// interval set of 20,000 ranges. And what flows through one: against a plainly routed path of the same length, and on
// loopback against docker-proxy.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createFairlead } from '#dist/index.js';
import { peer } from '../../scripts/lib/peers.mjs';
import { percentile, places, report, row, timed } from '../measure.mjs';
import { foreignSet } from '../ports/foreign-set.mjs';
import { IPERF_PORT, iperf, iperfServer } from '../ports/iperf.mjs';
import { HOST, PLAIN, setStage } from '../ports/stage.mjs';

const TIMES = 200;
const WARM = 100;
const SANDBOXES = 100;
const EACH = 100;
const MANY = SANDBOXES * EACH;
const RANGES = 20_000;
const ROUNDS = 5;
const PUBLISHED = 60_001;
const PROXIED = 60_002;

const stage = await setStage(`${process.env.FAIRLEAD_BENCH}/ports/stage`);
const fairlead = await createFairlead({ ...places('ports'), driftInterval: 0 });
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
const create = (name, ports = []) => fairlead.sandboxes.create({ name, networks: [{ network: 'bench' }], ports });
const { key } = await create('one');

report([...(await adding()), ...(await flowing())]);
await fairlead[Symbol.asyncDispose]();

async function adding() {
  await added('one', WARM);
  // Before and after, so that the machine's mood is shared.
  const none = await added('one', TIMES / 2);
  const block = await added('one', TIMES / 2, 100);
  await create('many0', [range(0, 10)]);
  const ten = await added('one', TIMES);
  await fairlead.sandboxes.remove('many0', { settle: true });
  for (let n = 0; n < 10; n++) await create(`many${n}`, [range(n * EACH, EACH)]);
  const thousand = await added('one', TIMES);
  for (let n = 10; n < SANDBOXES; n++) await create(`many${n}`, [range(n * EACH, EACH)]);
  const many = await added('one', TIMES);
  const remove = foreignSet(RANGES);
  const foreign = await added('one', TIMES);
  remove();
  for (let n = 0; n < SANDBOXES; n++) await fairlead.sandboxes.remove(`many${n}`, { settle: n === SANDBOXES - 1 });
  none.push(...(await added('one', TIMES / 2)));
  block.push(...(await added('one', TIMES / 2, 100)));
  await create('all', [range(0, MANY)]);
  const all = await added('all', TIMES / 4);
  await fairlead.sandboxes.remove('all', { settle: true });
  const against = percentile(none, 0.5);
  return [
    row('ports', 'one more, on a host with none', none, { against }),
    row('ports', 'one more, 10 on a sandbox', ten, { against }),
    row('ports', 'one more, 1000 on 10 sandboxes', thousand, { against }),
    row('ports', '100 more in one request', block, { against }),
    row('ports', `one more, ${MANY} on ${SANDBOXES} sandboxes`, many, { against }),
    row('ports', `the same, beside a foreign set of ${RANGES}`, foreign, { against }),
    row('ports', `one more on a sandbox with ${MANY}`, all, { against }),
  ];
}

/** Microseconds of publishing ports on a sandbox, each time withdrawn again. */
async function added(sandbox, times, count = 1) {
  const durations = [];
  for (let n = 0; n < times; n++) {
    const ports = [range(MANY + (n % 100) * count, count)];
    durations.push(await timed(() => fairlead.sandboxes.update(sandbox, { ports: { add: ports } })));
    await fairlead.sandboxes.update(sandbox, { ports: { remove: ports } });
  }
  return durations;
}

function range(at, count) {
  const ports = { first: 10_000 + at, last: 10_000 + at + count - 1 };
  return { hostIp: '0.0.0.0', hostPort: ports, port: ports };
}

async function flowing() {
  const environment = peer('iperf3');
  if (!environment) return [];
  await fairlead.sandboxes.update('one', { ports: { add: [{ hostIp: '0.0.0.0', hostPort: PUBLISHED, port: IPERF_PORT }] } });
  const servers = [await iperfServer(environment, key), await iperfServer(environment, stage.plain)];
  const proxy = await dockerProxy();
  const rates = { plain: [], published: [], proxied: [], loopback: [] };
  for (let n = 0; n < ROUNDS; n++) {
    rates.plain.push(await iperf(environment, stage.outside, PLAIN, IPERF_PORT));
    rates.published.push(await iperf(environment, stage.outside, HOST, PUBLISHED));
    if (proxy) rates.proxied.push(await iperf(environment, undefined, '127.0.0.1', PROXIED));
    rates.loopback.push(await iperf(environment, undefined, '127.0.0.1', PUBLISHED));
  }
  for (const stop of [...servers, ...(proxy ? [proxy] : [])]) stop();
  const unit = 'Gb/s';
  const plain = percentile(rates.plain, 0.5);
  const proxied = proxy && percentile(rates.proxied, 0.5);
  return [
    row('ports', 'outside to a namespace, plainly routed', rates.plain, { unit, against: plain }),
    row('ports', 'outside to a published port', rates.published, { unit, against: plain }),
    ...(proxy ? [row('ports', 'host to docker-proxy on 127.0.0.1', rates.proxied, { unit, against: proxied })] : []),
    row('ports', 'host to a published port on 127.0.0.1', rates.loopback, { unit, against: proxied }),
  ];
}

// Docker's way to a port of 127.0.0.1: a process that reads and writes everything. Run as dockerd runs it.
async function dockerProxy() {
  const environment = peer('docker.io');
  if (!environment) return undefined;
  const [{ leases }] = await fairlead.endpoints.list();
  const to = ['-container-ip', leases[0].ip, '-container-port', String(IPERF_PORT)];
  const args = ['-proto', 'tcp', '-host-ip', '127.0.0.1', '-host-port', String(PROXIED), ...to];
  // It tells its parent by descriptor 3 that it listens.
  const proxy = spawn('docker-proxy', args, { env: environment, stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  const [word] = await once(proxy.stdio[3], 'data');
  if (!String(word).startsWith('0')) throw new Error(`docker-proxy: ${word}`);
  return () => proxy.kill('SIGTERM');
}
