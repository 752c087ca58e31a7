// How near a rate is to what was set, both ways, as frames on the link; and what an endpoint costs to attach with limits and without.
import { createFairlead } from '#dist/index.js';
import { peer } from '../../scripts/lib/peers.mjs';
import { percentile, places, report, row, timed } from '../measure.mjs';
import { IPERF_PORT, iperf, iperfServer } from '../ports/iperf.mjs';

const RATES = [8, 80, 800];
const ROUNDS = 3;
const SECONDS = 3;
const TIMES = 100;
// A frame of 1514 bytes has 1448 of payload (TCP with timestamps).
const FRAME = 1514 / 1448;
const MBIT = 1_000_000;

const fairlead = await createFairlead({ ...places('rate'), driftInterval: 0 });
await fairlead.networks.create({ name: 'bench', ipam: { config: [{ subnet: '10.65.0.0/16' }] } });
const { key } = await fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'bench', ip: '10.65.0.2' }] });

report([...(await holding()), ...(await attaching())]);
await fairlead[Symbol.asyncDispose]();

async function holding() {
  const environment = peer('iperf3');
  if (!environment) return [];
  const servers = [await iperfServer(environment, key), await iperfServer(environment, undefined)];
  const rows = [];
  for (const rate of RATES) {
    await fairlead.sandboxes.update('one', { rates: { in: rate * MBIT, out: rate * MBIT } });
    const held = { in: [], out: [] };
    for (let n = 0; n < ROUNDS; n++) {
      held.in.push((await iperf(environment, undefined, '10.65.0.2', IPERF_PORT, SECONDS)) * 1000 * FRAME);
      held.out.push((await iperf(environment, key, '10.65.0.1', IPERF_PORT, SECONDS)) * 1000 * FRAME);
    }
    for (const way of ['in', 'out']) rows.push(row('rate', `${way}, set to ${rate} mbit`, held[way], { unit: 'Mb/s', against: rate }));
  }
  for (const stop of servers) stop();
  return rows;
}

async function attaching() {
  const times = { without: [], in: [], both: [] };
  const asked = { without: {}, in: { rates: { in: 8 * MBIT } }, both: { rates: { in: 8 * MBIT, out: 8 * MBIT } } };
  for (let n = 0; n < TIMES + 10; n++) {
    for (const [kind, rates] of Object.entries(asked)) {
      const took = await timed(() => fairlead.sandboxes.create({ name: `${kind}${n}`, networks: [{ network: 'bench' }], ...rates }));
      if (n >= 10) times[kind].push(took);
    }
  }
  const against = percentile(times.without, 0.5);
  return [
    row('rate', 'attach without a limit', times.without, { against }),
    row('rate', 'attach with a limit in', times.in, { against }),
    row('rate', 'attach with limits both ways', times.both, { against }),
  ];
}
