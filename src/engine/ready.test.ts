import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const READY = 'com.fairlead.ready';
const small = { config: [{ subnet: '10.64.0.0/28' }] };

let kernel: SimulatedKernel;
let engine: Awaited<ReturnType<typeof openEngine>>;

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  engine = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
});
afterEach(async () => {
  await engine.fairlead[Symbol.asyncDispose]();
  await kernel[Symbol.asyncDispose]();
});

const held = (count: number) => vi.waitFor(() => expect(engine.context.records.slots.size).toBe(count));
const ofHost = () => kernel.read(['host']);
const judged = async () => (await ofHost()).filter((each) => each.kind === 'element' && each.family === 'bridge').length;
const links = async () => (await ofHost()).filter((each) => each.kind === 'link' && each.spec.type === 'veth').length;

describe('sandboxes that are held ready', () => {
  it('are there as many as their network wants, up, and let nothing through', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'web', ipam: small, options: { [READY]: '6' } });
    await held(6);
    expect([await links(), await judged()]).toEqual([6, 0]);
    expect([await fairlead.sandboxes.list(), await fairlead.endpoints.list()]).toEqual([[], []]);
    expect(await fairlead.info()).toMatchObject({ ready: 6, sandboxes: 0 });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('are made anew where their links are to be called otherwise', async () => {
    const { fairlead, context } = engine;
    const { id } = await fairlead.networks.create({ name: 'web', ipam: small, options: { [READY]: '3' } });
    await held(3);
    await fairlead.networks.update('web', { options: { 'com.docker.network.container_iface_prefix': 'net' } });
    await vi.waitFor(() => expect(context.records.slots.of(id).map(({ endpoint }) => endpoint.link?.inside)).toEqual(['net0', 'net0', 'net0']));
  });

  it('are none where a server is told for whom each address is', async () => {
    const { fairlead } = engine;
    const options = { [READY]: '3', 'com.docker.network.bridge.name': 'br0' };
    await expect(fairlead.networks.create({ name: 'lan', ipam: { driver: 'dhcp' }, options })).rejects.toMatchObject({ code: 'option-invalid' });
  });

  it('are one sandbox each that is asked for, which is then as any other', async () => {
    const { fairlead, context } = engine;
    await fairlead.networks.create({ name: 'web', ipam: small, options: { [READY]: '2' } });
    await held(2);
    const [first] = context.records.slots.of((await fairlead.networks.get('web')).id);
    const box = await fairlead.sandboxes.create({
      name: 'box',
      labels: { a: 'b' },
      networks: [{ network: 'web', aliases: ['db'] }],
      ports: [{ port: 80, hostPort: 8080 }],
    });
    expect(box).toMatchObject({ id: first?.sandbox.id, stack: first?.sandbox.stack, name: 'box', labels: { a: 'b' }, state: 'active' });
    expect(await fairlead.endpoints.get('web/box')).toMatchObject({
      id: first?.id,
      state: 'active',
      aliases: ['db'],
      leases: first?.endpoint.leases,
      mac: first?.endpoint.mac,
    });
    expect(await judged()).toBe(2);
    const made = (await fairlead.explain('endpoint/web/box')).commands;
    await held(2);
    await fairlead.networks.create({ name: 'lab' });
    await fairlead.sandboxes.create({ name: 'cold', networks: [{ network: 'lab' }], ports: [{ port: 80, hostPort: 8081 }] });
    const cold = (await fairlead.explain('endpoint/lab/cold')).commands;
    const shape = (lines: readonly string[]) =>
      lines
        .map((line) =>
          line
            .split(' ')
            .slice(0, 3)
            .join(' ')
            .replace(/ns-?\w+|[0-9a-f]{12}/g, 'NS'),
        )
        .sort();
    expect(shape(made)).toEqual(shape(cold));
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.remove('box', { settle: true });
    await held(2);
    expect(await links()).toBe(3);
  });

  it('never have what another had: each is made for one', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'web', options: { [READY]: '1' } });
    const stacks = new Set<string>();
    for (const name of ['a', 'b', 'c', 'd']) {
      await held(1);
      stacks.add((await fairlead.sandboxes.create({ name, networks: [{ network: 'web' }] })).stack);
      await fairlead.sandboxes.remove(name);
    }
    expect(stacks.size).toBe(4);
  });

  it('keep no address from whoever asks for it, nor the last ones', async () => {
    const { fairlead, context } = engine;
    await fairlead.networks.create({ name: 'web', ipam: small, options: { [READY]: '13' } });
    await held(13);
    const taken = context.records.slots.of((await fairlead.networks.get('web')).id)[4]?.endpoint.leases[0]?.ip ?? '';
    await fairlead.sandboxes.create({ name: 'chosen', networks: [{ network: 'web', ip: taken }] });
    expect((await fairlead.endpoints.get('web/chosen')).leases).toMatchObject([{ ip: taken }]);
    // All addresses are held, and this one has a MAC address that no slot has.
    await fairlead.sandboxes.create({ name: 'other', networks: [{ network: 'web', mac: '02:00:00:00:00:01' }] });
    for (let n = 0; n < 11; n++) await fairlead.sandboxes.create({ name: `n${n}`, networks: [{ network: 'web' }] });
    await expect(fairlead.sandboxes.create({ name: 'late', networks: [{ network: 'web' }] })).rejects.toMatchObject({ code: 'addresses-exhausted' });
  });

  it('keep no MAC address from whoever asks for it', async () => {
    const { fairlead, context } = engine;
    await fairlead.networks.create({ name: 'web', ipam: small, options: { [READY]: '3' } });
    await held(3);
    const [mac] = context.records.slots.of((await fairlead.networks.get('web')).id).flatMap((slot) => slot.endpoint.mac ?? []);
    await fairlead.sandboxes.create({ name: 'chosen', networks: [{ network: 'web', ...(mac && { mac }) }] });
    const macs = context.records.slots.list().map((slot) => slot.endpoint.mac);
    expect([(await fairlead.endpoints.get('web/chosen')).mac, macs.includes(mac)]).toEqual([mac, false]);
  });

  it('follow their network: more, fewer, another MTU, none', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'web', options: { [READY]: '1' } });
    await held(1);
    await fairlead.networks.update('web', { options: { [READY]: '5' } });
    await held(5);
    await fairlead.networks.update('web', { options: { 'com.docker.network.driver.mtu': '1400' } });
    expect((await ofHost()).filter((each) => each.kind === 'link' && each.spec.type === 'veth' && each.mtu === 1400).length).toBe(5);
    await fairlead.networks.update('web', { options: { [READY]: '2' } });
    await held(2);
    await fairlead.networks.remove('web');
    expect([engine.context.records.slots.size, await links()]).toEqual([0, 0]);
  });

  it('are let go where what was asked for them fails, and nothing is left of it', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'web', options: { [READY]: '2' } });
    await held(2);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await held(2);
    await expect(fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] })).rejects.toMatchObject({ code: 'name-taken' });
    await fairlead.settled();
    await held(2);
    await vi.waitFor(async () => expect([await links(), await judged()]).toEqual([3, 2]));
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('are made anew after a kill, and nothing is left of the old ones', async () => {
    const stores = { definitions: new MemoryStore(), boot: new MemoryStore() };
    const killed = await openEngine({ kernel, ...stores });
    await killed.fairlead.networks.create({ name: 'web', options: { [READY]: '3' } });
    await vi.waitFor(() => expect(killed.context.records.slots.size).toBe(3));
    const { key } = await killed.fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'web' }] });
    await vi.waitFor(() => expect(killed.context.records.slots.size).toBe(3));
    engine = await openEngine({ kernel, ...stores });
    await held(3);
    expect((await engine.fairlead.sandboxes.get('box')).key).toBe(key);
    expect([await links(), await judged()]).toEqual([4, 2]);
    expect(await engine.fairlead.doctor()).toEqual([]);
  });

  it.each(['-1', '501', 'many'])('are 0 to 500, not "%s"', async (value) => {
    await expect(engine.fairlead.networks.create({ name: 'web', options: { [READY]: value } })).rejects.toMatchObject({ code: 'option-invalid' });
  });
});
