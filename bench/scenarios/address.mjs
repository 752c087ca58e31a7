// IPAM alone: the addresses of a /16 given one after another to the last, and given back.
import { DefaultIpam } from '#dist/ipam/default/default-ipam.js';
import { percentile, report, row } from '../measure.mjs';

const ipam = new DefaultIpam({});
const pool = ipam.takePool({ family: 4, subnet: '10.65.0.0/16', wantsGateway: true, aux: {}, options: {}, avoid: [], holder: 'bench' });
const [take, give, leases] = [[], [], []];
for (let n = 0; n < 65533; n++) {
  const start = performance.now();
  leases.push(ipam.takeAddress(pool, { holder: 'bench' }));
  take.push((performance.now() - start) * 1000);
}
for (const lease of leases) {
  const start = performance.now();
  ipam.giveAddress(lease);
  give.push((performance.now() - start) * 1000);
}
report([
  row('addresses', 'a /16 filled, the first 1,000', take.slice(0, 1000), {}),
  row('addresses', 'a /16 filled, the last 1,000', take.slice(-1000), { against: percentile(take.slice(0, 1000), 0.5) }),
  row('addresses', 'a /16 given back', give, {}),
]);
