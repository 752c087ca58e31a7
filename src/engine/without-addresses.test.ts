import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Resource, Stack } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';

// Networks of IPAM driver `null`: links and no more.
let kernel: SimulatedKernel;
let engine: Awaited<ReturnType<typeof openEngine>>;

beforeEach(async () => {
  kernel = new SimulatedKernel({ instance: 'test' });
  engine = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
});
afterEach(() => kernel[Symbol.asyncDispose]());

const ipam = { driver: 'null' };
const there = async (stack: Stack): Promise<readonly Resource[]> => kernel.read([stack]);
const elements = async () =>
  (await there('host')).flatMap((each) => (each.kind === 'element' ? [`${each.map} ${each.key.replace(/fl\w+/, 'PORT')}`] : [])).toSorted();

describe('a network without addresses', () => {
  it('is a bridge that leads nowhere, and its sandboxes are given no way out', async () => {
    const { fairlead } = engine;
    const { id, pools } = await fairlead.networks.create({ name: 'wire', ipam });
    expect(pools).toEqual([]);
    const { stack } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'wire', mac: '02:00:00:00:00:07' }] });
    const [endpoint, ...others] = await fairlead.endpoints.list();
    expect([endpoint, others]).toMatchObject([{ leases: [], gateway: [], mac: '02:00:00:00:00:07' }, []]);
    const inside = await there(stack);
    expect(inside.filter(({ kind }) => kind === 'address' || kind === 'route')).toEqual([]);
    expect(inside).toContainEqual({ kind: 'up', in: stack, link: 'eth0' });
    const device = `br-${id.slice(0, 12)}`;
    expect(await elements()).toEqual([
      `bridges ${device}`,
      `internal ${device}`,
      'no_host PORT',
      'only_mac PORT . 02:00:00:00:00:07',
      `same ${device} . ${device}`,
    ]);
    expect((await there('host')).filter(({ kind }) => kind === 'sysctl')).toEqual([]);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('leaves to a sandbox what it does with its link, and takes back what is not its own', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'wire', ipam });
    await fairlead.networks.create({ name: 'web', ipam: { config: [{ subnet: '10.64.0.0/24' }] } });
    const { stack } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'wire', interfaceName: 'wire0' }, { network: 'web' }] });
    const [own, strange] = ['wire0', 'eth0'].map((link): Resource => ({ kind: 'address', in: stack, link, address: '192.0.2.7/24' as never }));
    await kernel.apply([own, strange].flatMap((resource) => (resource ? [{ do: 'create', resource }] : [])));
    expect(await fairlead.doctor()).toMatchObject([{ code: 'leftover', problem: expect.stringContaining('192.0.2.7/24 of link eth0') }]);
    await fairlead.doctor({ fix: true });
    expect((await there(stack)).flatMap((each) => (each.kind === 'address' ? [`${each.link} ${each.address}`] : []))).toEqual([
      'wire0 192.0.2.7/24',
      'eth0 10.64.0.2/24',
    ]);
  });

  it('may have links that are left down, which no other network has', async () => {
    const { fairlead } = engine;
    const options = { 'com.fairlead.bridge.down': 'true' };
    await fairlead.networks.create({ name: 'wire', ipam });
    await fairlead.networks.create({ name: 'web' });
    const { stack } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'wire', options }] });
    expect((await there(stack)).filter((each) => each.kind === 'up' && each.link !== 'lo')).toEqual([]);
    await kernel.apply([{ do: 'create', resource: { kind: 'up', in: stack, link: 'eth0' } }]);
    expect(await fairlead.doctor()).toEqual([]);
    await expect(fairlead.sandboxes.create({ name: 'other', networks: [{ network: 'web', options }] })).rejects.toMatchObject({ code: 'option-invalid' });
  });

  it('holds sandboxes ready like any other', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'wire', ipam, options: { 'com.fairlead.ready': '2' } });
    await expect.poll(async () => (await fairlead.info())['ready']).toBe(2);
    expect((await elements()).filter((each) => each.startsWith('only_mac'))).toEqual([]);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'wire' }] });
    expect((await elements()).filter((each) => each.startsWith('only_mac'))).toHaveLength(1);
  });

  it('may be said in a template', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'wires', configOnly: true, ipam });
    expect(await fairlead.networks.create({ name: 'wire', configFrom: 'wires' })).toMatchObject({ pools: [], ipam });
    await expect(fairlead.networks.create({ name: 'both', configOnly: true, ipam: { ...ipam, config: [{ subnet: '10.1.0.0/24' }] } })).rejects.toThrow(
      'given while',
    );
  });

  it('has no machine behind a link that is down', async () => {
    const { fairlead } = engine;
    await fairlead.networks.create({ name: 'wire', ipam });
    const options = { 'com.fairlead.bridge.down': 'true', 'com.fairlead.endpoint.kind': 'tap' };
    await expect(fairlead.sandboxes.create({ name: 'vm', networks: [{ network: 'wire', options }] })).rejects.toMatchObject({ code: 'option-invalid' });
  });

  it.each([
    [{ config: [{ subnet: '10.1.0.0/24' }] }, {}, /subnet: "10.1.0.0\/24" is given while/],
    [{}, { ipv6: true }, /ipv6: "true" is given while/],
    [{ options: { a: 'b' } }, {}, /has no option "a"/],
  ])('is refused with %j and %j', async (more, beside, message) => {
    await expect(engine.fairlead.networks.create({ name: 'wire', ipam: { ...ipam, ...more }, ...beside })).rejects.toThrow(message);
  });
});
