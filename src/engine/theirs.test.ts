import { afterEach, beforeEach, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { bridgeDriver } from '../drivers/bridge/bridge-driver.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Driver } from '../model/driver.js';
import { MemoryStore } from '../store/memory/memory-store.js';

// As an overlay is: its networks lead to other sandboxes, and to nowhere else.
const others = [{ ...bridgeDriver, name: 'island', waysOut: () => [] } as Driver];

const ground = () => ({ kernel: new SimulatedKernel({ instance: 'test' }), definitions: new MemoryStore(), boot: new MemoryStore(), others });
let stand: ReturnType<typeof ground>;
let opened: Awaited<ReturnType<typeof openEngine>>;
let netns: string;
beforeEach(async () => {
  stand = ground();
  opened = await openEngine(stand);
  netns = stand.kernel.offer();
  const { networks } = opened.fairlead;
  await networks.create({ name: 'web', ipv6: true, ipam: { config: [{ subnet: '10.2.0.0/24' }, { subnet: 'fd02::/64' }] } });
  await networks.create({ name: 'side', ipam: { config: [{ subnet: '10.3.0.0/24' }] } });
  await networks.create({ name: 'sea', driver: 'island', ipam: { config: [{ subnet: '10.4.0.0/24' }] } });
});
afterEach(async () => {
  await opened.fairlead.settled();
  expect(await opened.fairlead.doctor()).toEqual([]);
  await opened.fairlead[Symbol.asyncDispose]();
});

const create = (...networks: readonly string[]) => opened.fairlead.sandboxes.create({ name: 'box', netns, networks: networks.map((network) => ({ network })) });
async function ways(): Promise<Readonly<Record<string, readonly number[]>>> {
  const { endpoints, networks } = opened.fairlead;
  const names = new Map((await networks.list()).map(({ id, name }) => [id, name]));
  return Object.fromEntries((await endpoints.list()).map(({ network, gateway }) => [names.get(network), gateway]));
}

it('leads outside where nobody of ours does then, each family by itself', async () => {
  await stand.kernel.disturb.leadOut(netns);
  await create('web');
  expect(await ways()).toEqual({ web: [6] });
  await opened.fairlead.endpoints.create({ network: 'side', sandbox: 'box', gatewayPriority: 5 });
  expect(await ways()).toEqual({ web: [6], side: [] });
  await opened.fairlead.endpoints.update('side/box', { gatewayPriority: 9 });
  await opened.fairlead.endpoints.leave('web/box');
  expect(await ways()).toEqual({ web: [], side: [] });
});

it('comes behind who was there before it', async () => {
  await create('web');
  // Of another metric, say.
  await stand.kernel.disturb.leadOut(netns, 100);
  await opened.fairlead.endpoints.create({ network: 'side', sandbox: 'box', gatewayPriority: 5 });
  expect(await ways()).toEqual({ web: [4, 6], side: [] });
  await opened.fairlead.endpoints.leave('web/box');
  expect(await ways()).toEqual({ web: [], side: [] });
});

it('is all that a sandbox needs on networks that lead nowhere', async () => {
  await stand.kernel.disturb.leadOut(netns);
  await create('sea');
  expect(await ways()).toEqual({ sea: [] });
});

it('is found by a start that ends what was half done', async () => {
  await create('web', 'side');
  await stand.kernel.disturb.leadOut(netns, 100);
  const { records } = opened.context;
  const endpoint = records.endpoints.resolve('web/box');
  await records.keep({ endpoints: [{ ...endpoint, state: 'leaving' }] });
  await opened.fairlead[Symbol.asyncDispose]();
  opened = await openEngine({ ...stand, kernel: stand.kernel.again() });
  expect(await ways()).toEqual({ web: [], side: [] });
});
