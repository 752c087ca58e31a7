import { beforeEach, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { checks } from '../doctor/checks.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Fairlead } from '../model/fairlead.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import type { Context } from './context.js';

let kernel: SimulatedKernel;
let fairlead: Fairlead;
let context: Context;
const found = async (fix = false) => (await fairlead.doctor({ fix })).map(({ code, object, mended }) => `${code} ${object}${mended ? ' mended' : ''}`);

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  ({ fairlead, context } = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() }));
  (context as { checks: Context['checks'] }).checks = checks;
  await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.1.0.0/24' }] } });
  await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web', name: 'b' }] });
});

it('mends what differs, tells it, and finds nothing more', async () => {
  expect(await found(true)).toEqual([]);
  await kernel.disturb.writeSysctl('net/ipv4/ip_forward', '0');
  await kernel.disturb.setMtu('eth0', 1300, (await fairlead.sandboxes.get('box')).stack);
  expect(await found()).toEqual(['changed endpoint/web/b', 'forwarding-off host']);
  expect(await found(true)).toEqual(['changed endpoint/web/b mended', 'forwarding-off host mended']);
  expect(await found()).toEqual([]);
});

it('says what could not be mended', async () => {
  await kernel.disturb.writeSysctl('net/ipv4/ip_forward', '0');
  const allow = kernel.refuse((operation) => operation.do === 'change');
  expect(await found(true)).toEqual(['forwarding-off host']);
  allow();
  expect(await found(true)).toEqual(['forwarding-off host mended']);
});

it('ends a removal that nobody works on any more', async () => {
  const box = await fairlead.sandboxes.get('box');
  const [endpoint] = await fairlead.endpoints.list();
  await context.records.keep({
    sandboxes: [{ ...box, state: 'removing' }],
    endpoints: endpoint ? [{ ...endpoint, state: 'removing' }] : [],
  });
  expect(await found()).toEqual(['half-done sandbox/box', 'half-done endpoint/web/b']);
  expect(await found(true)).toEqual(['half-done sandbox/box mended', 'half-done endpoint/web/b mended']);
  expect([await fairlead.sandboxes.list(), await fairlead.endpoints.list()]).toEqual([[], []]);
  await fairlead.networks.remove('web', { settle: true });
  expect(await kernel.read()).toEqual([]);
});

it('ends a leave, and the endpoint keeps its address', async () => {
  const [endpoint] = await fairlead.endpoints.list();
  if (endpoint) await context.records.keep({ endpoints: [{ ...endpoint, state: 'leaving' }] });
  expect(await found(true)).toEqual(['half-done endpoint/web/b mended']);
  expect(await fairlead.endpoints.get('b')).toMatchObject({ state: 'created', leases: [{ ip: '10.1.0.2' }] });
  expect(await found()).toEqual([]);
});

it('removes a network that was on its way out, and one that was never finished', async () => {
  const spare = await fairlead.networks.create({ name: 'spare', ipam: { config: [{ subnet: '10.2.0.0/24' }] } });
  await context.records.define({ ...spare, state: 'removing' });
  expect(await found(true)).toEqual(['half-done network/spare mended']);
  expect((await fairlead.networks.list()).map(({ name }) => name)).not.toContain('spare');
  await fairlead.networks.create({ name: 'spare', ipam: { config: [{ subnet: '10.2.0.0/24' }] } });
});

it('leaves what an operation works on at this moment', async () => {
  const removed = fairlead.sandboxes.remove('box', { settle: true });
  expect((await found(true)).filter((each) => each.startsWith('half-done'))).toEqual([]);
  await removed;
  expect(await found()).toEqual([]);
});

it("lets networks pass in Docker's chain for as long as they are there", async () => {
  await kernel.disturb.makeDockerUser('ip');
  const rules = async () => (await kernel.read()).filter(({ kind }) => kind === 'admission');
  expect(await rules()).toEqual([]);
  await found(true);
  const device = String((await fairlead.networks.get('web')).facts?.['device']);
  expect(await rules()).toEqual([{ kind: 'admission', in: 'host', family: 'ip', oif: device }]);
  await kernel.disturb.makeDockerUser('ip');
  expect(await found(true)).toEqual(['missing network/web mended']);
  await fairlead.sandboxes.remove('box', { settle: true });
  await fairlead.networks.remove('web', { settle: true });
  expect(await rules()).toEqual([]);
});
