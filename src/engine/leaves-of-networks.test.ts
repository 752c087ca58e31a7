import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { LinkResource } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const SIZE = 256;
const wide = { config: [{ subnet: '10.64.0.0/16' }] };

let kernel: SimulatedKernel;
let engine: Awaited<ReturnType<typeof openEngine>>;
let [definitions, boot] = [new MemoryStore(), new MemoryStore()];

const open = async () => {
  engine = await openEngine({ kernel, definitions, boot });
};
beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  [definitions, boot] = [new MemoryStore(), new MemoryStore()];
  await open();
});
afterEach(async () => {
  await engine.fairlead[Symbol.asyncDispose]();
  await kernel[Symbol.asyncDispose]();
});

const turn = async (value: '0' | '1') => {
  for (const tables of ['iptables', 'ip6tables'])
    await kernel.apply([{ do: 'create', resource: { kind: 'sysctl', in: 'host', path: `net/bridge/bridge-nf-call-${tables}`, value } }]);
};
const links = async () => (await kernel.read(['host'])).filter((each): each is LinkResource => each.kind === 'link');
const make = (count: number, network: string, prefix = 's') =>
  engine.fairlead.sandboxes.createMany(Array.from({ length: count }, (_, at) => ({ name: `${prefix}${at}`, networks: [{ network }] })));
// By bridge: how many ports of sandboxes it has.
const spread = async () => {
  const counts = new Map<string, number>();
  for (const { name, master } of await links()) if (name.startsWith('fl') && master) counts.set(master, (counts.get(master) ?? 0) + 1);
  return [...counts.values()].toSorted((a, b) => a - b);
};

describe('a bridge network with more endpoints than a bridge takes', () => {
  it('has further bridges, each joined to its own, and none before it needs one', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'web', ipam: wide, options: { 'com.docker.network.driver.mtu': '1400' } });
    const outcomes = await make(SIZE, 'web');
    expect(outcomes.filter((each) => 'error' in each)).toEqual([]);
    expect((await links()).filter(({ spec }) => spec.type === 'bridge')).toHaveLength(1);
    await make(SIZE + 1, 'web', 't');
    expect(await spread()).toEqual([1, SIZE, SIZE]);
    const { id } = await fairlead.networks.get('web');
    const all = await links();
    const device = `br-${id.slice(0, 12)}`;
    const leaf = `fb-${id.slice(0, 9)}001`;
    expect(all.find(({ name }) => name === leaf)).toMatchObject({ spec: { type: 'bridge' }, mtu: 1400 });
    expect(all.find(({ name }) => name === `fu-${id.slice(0, 9)}001`)).toMatchObject({ master: leaf, mtu: 1400, spec: { peer: { master: device } } });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('fills what becomes free first, and loses all of them with itself', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'web', ipam: wide });
    await make(SIZE + 2, 'web');
    await fairlead.sandboxes.remove('s0', { settle: true });
    await make(1, 'web', 't');
    expect(await spread()).toEqual([2, SIZE]);
    await fairlead.sandboxes.removeMany((await fairlead.sandboxes.list()).map(({ name }) => name));
    await fairlead.networks.remove('web');
    await vi.waitFor(async () => expect(await links()).toEqual([]));
  });

  it('is the same after a start', async () => {
    await engine.fairlead.networks.create({ name: 'web', ipam: wide });
    await make(SIZE + 2, 'web');
    const before = await kernel.read(['host']);
    await engine.fairlead[Symbol.asyncDispose]();
    await open();
    expect(await engine.fairlead.doctor()).toEqual([]);
    expect(new Set((await kernel.read(['host'])).map((each) => JSON.stringify(each)))).toEqual(new Set(before.map((each) => JSON.stringify(each))));
    await make(1, 'web', 't');
    expect(await spread()).toEqual([3, SIZE]);
  });

  it('keeps those apart that are to be, wherever they are', async () => {
    const { fairlead } = engine;
    const options = { 'com.docker.network.bridge.enable_icc': 'false' };
    await turn('0');
    await fairlead.networks.create({ name: 'web', ipam: wide, options });
    await make(SIZE + 2, 'web');
    const { id } = await fairlead.networks.get('web');
    const ports = (await links()).filter(({ name }) => name.startsWith('fl'));
    expect(ports.filter(({ isolated }) => isolated)).toHaveLength(SIZE + 2);
    const pair = (await links()).find(({ name }) => name === `fu-${id.slice(0, 9)}001`);
    expect(pair).toMatchObject({ spec: { peer: { isolated: true } } });
    expect(pair?.isolated).toBeUndefined();
    await fairlead.networks.update('web', { options: { 'com.docker.network.bridge.enable_icc': 'true' } });
    expect((await links()).filter(({ isolated, spec }) => isolated || (spec.type === 'veth' && spec.peer.isolated))).toEqual([]);
  });

  it('has none where the host listens to all of it, and the host does not listen where it has some', async () => {
    const { fairlead } = engine;
    const promiscuous = 'com.fairlead.bridge.promiscuous';
    await fairlead.networks.create({ name: 'web', ipam: wide, options: { [promiscuous]: 'true' } });
    await make(SIZE + 2, 'web');
    expect(await spread()).toEqual([SIZE + 2]);
    await fairlead.networks.update('web', { options: { [promiscuous]: null } });
    await make(1, 'web', 't');
    expect(await spread()).toEqual([1, SIZE + 2]);
    const before = await kernel.read(['host']);
    await expect(fairlead.networks.update('web', { options: { [promiscuous]: 'true' } })).rejects.toMatchObject({
      code: 'option-invalid',
      values: { option: promiscuous, reason: 'too late: the network is 2 bridges by now, and the first hears a part' },
    });
    expect((await fairlead.networks.get('web')).options).toEqual({});
    expect(await kernel.read(['host'])).toEqual(before);
    await fairlead.sandboxes.remove('t0', { settle: true });
    await fairlead.networks.update('web', { options: { [promiscuous]: 'true' } });
    // What nobody is on has gone with the change.
    expect((await links()).filter(({ spec }) => spec.type === 'bridge')).toMatchObject([{ promiscuous: true }]);
    await make(1, 'web', 'u');
    expect(await spread()).toEqual([SIZE + 3]);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('has them for sandboxes that are held ready, too', async () => {
    const { fairlead, context } = engine;
    await fairlead.networks.create({ name: 'web', ipam: wide, options: { 'com.fairlead.ready': '300' } });
    await vi.waitFor(() => expect(context.records.slots.size).toBe(300), { timeout: 10_000 });
    expect(await spread()).toEqual([300 - SIZE, SIZE]);
    await make(10, 'web');
    await vi.waitFor(() => expect(context.records.slots.size).toBe(300), { timeout: 10_000 });
    expect(await spread()).toEqual([310 - SIZE, SIZE]);
    expect(await fairlead.doctor()).toEqual([]);
  });
});
