import { describe, expect, it } from 'vitest';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { MovedPast } from '../resource/moved.js';
import type { MovedResource } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { openEngine } from '../../test/tool/open-engine.js';

const FUNCTIONS = ['pci/0000:03:10.0', 'pci/0000:03:10.2'];
const VFS = FUNCTIONS.map((device, index) => ({ name: `vf${index}`, type: 'ether', up: false, device }));
const world = (count = 2) => ({
  kernel: new SimulatedKernel({
    instance: 'test',
    foreign: {
      links: [
        { name: 'pf', type: 'ether', device: 'pci/0000:03:00.0', functions: { most: 4, count, devices: FUNCTIONS } },
        { name: 'plain', type: 'ether', device: 'pci/0000:05:00.0' },
        ...VFS,
      ],
    },
  }),
  definitions: new MemoryStore(),
  boot: new MemoryStore(),
});
type Ground = ReturnType<typeof world>;
type Options = Readonly<Record<string, string>>;
const fast = (options: Options = { parent: 'pf' }) => ({ name: 'fast', driver: 'sriov', options, ipam: { config: [{ subnet: '10.9.0.0/24' }] } });
const at = (name: string, options: Options = {}, more: object = {}) => ({ name, networks: [{ network: 'fast', options, ...more }] });
const count = async ({ kernel }: Ground) => (await kernel.was([{ kind: 'functions', in: 'host', link: 'pf', count: 0 }]))[0]?.['count'];
const settings = async ({ kernel }: Ground, index: number) => {
  const ask: MovedResource = { kind: 'moved', in: 'host', link: 'pf', to: { in: 'ns/none', name: 'eth0' }, vf: { pf: 'pf', index } };
  return ((await kernel.was([ask]))[0] as MovedPast | null)?.vf;
};

describe('a network of virtual functions', () => {
  it('gives each endpoint one, told what it may do, and has it back as it was', async () => {
    const ground = world();
    const [links, past] = [await ground.kernel.survey('host'), await settings(ground, 1)];
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(fast());
    const options = { vf: '1', vlan: '100', vlan_qos: '3', spoofchk: 'off', trust: 'on', link_state: 'enable', min_tx_rate: '10', max_tx_rate: '1000' };
    const { stack } = await fairlead.sandboxes.create(at('box', options, { mac: '02:00:00:00:00:07' }));
    const told = { mac: '02:00:00:00:00:07', vlan: 100, qos: 3, spoofCheck: false, trust: true, state: 'enable', minRate: 10, maxRate: 1000 };
    expect(await settings(ground, 1)).toMatchObject(told);
    expect((await ground.kernel.survey(stack)).links.find(({ name }) => name === 'eth0')).toMatchObject({ mac: told.mac, up: true });
    expect(await fairlead.endpoints.list()).toMatchObject([{ facts: { device: 'vf1', vf: 1 } }]);
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.remove('box');
    expect(await settings(ground, 1)).toMatchObject({ ...past });
    expect(await ground.kernel.survey('host')).toEqual({ ...links, links: expect.arrayContaining([...links.links]) });
  });

  it('has what somebody else changed of one set back', async () => {
    const ground = world();
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(fast());
    await fairlead.sandboxes.create(at('box', { vlan: '100' }));
    const other: MovedResource = { kind: 'moved', in: 'host', link: 'plain', to: { in: 'ns/x', name: 'eth0' }, vf: { pf: 'pf', index: 0, vlan: 7 } };
    await ground.kernel.apply([
      { do: 'create', resource: { kind: 'namespace', in: 'ns/x' } },
      { do: 'create', resource: other },
    ]);
    expect(await settings(ground, 0)).toMatchObject({ vlan: 7 });
    expect((await fairlead.doctor()).map(({ code }) => code)).toContain('changed');
    await fairlead.doctor({ fix: true });
    expect(await settings(ground, 0)).toMatchObject({ vlan: 100 });
  });

  it('picks a free one, and says why there is none', async () => {
    const { fairlead } = await openEngine(world());
    await fairlead.networks.create(fast());
    await fairlead.sandboxes.create(at('one', { pci: '0000:03:10.0' }));
    await expect(fairlead.sandboxes.create(at('two', { pci: '0000:03:10.0' }))).rejects.toMatchObject({ code: 'device-busy' });
    await expect(fairlead.sandboxes.create(at('two', { pci: '0000:05:00.0' }))).rejects.toMatchObject({ code: 'device-absent' });
    await expect(fairlead.sandboxes.create(at('two', { pci: '0000:03:10.2', vf: '1' }))).rejects.toMatchObject({ code: 'option-invalid' });
    await expect(fairlead.sandboxes.create(at('two', { vf: '0' }))).rejects.toMatchObject({ code: 'device-busy', values: { endpoint: 'fast/one' } });
    await expect(fairlead.sandboxes.create(at('two', { vf: '5' }))).rejects.toMatchObject({ code: 'device-absent' });
    await fairlead.sandboxes.create(at('two'));
    await expect(fairlead.sandboxes.create(at('three'))).rejects.toMatchObject({
      code: 'devices-exhausted',
      values: { reason: expect.stringContaining('0 is given to fast/one; 1 is given to fast/two') },
    });
  });

  it('has the card show some where that is asked for, and none again when it goes', async () => {
    const ground = world(0);
    const { fairlead } = await openEngine(ground);
    await expect(fairlead.networks.create(fast())).rejects.toMatchObject({ code: 'functions-absent', values: { reason: 'it shows none now' } });
    await expect(fairlead.networks.create(fast({ parent: 'pf', vfs: '5' }))).rejects.toMatchObject({ code: 'functions-absent' });
    await fairlead.networks.create(fast({ parent: 'pf', vfs: '2' }));
    expect(await count(ground)).toBe(2);
    const next = { ...ground, kernel: ground.kernel.again() };
    const later = await openEngine(next);
    expect(await later.fairlead.doctor()).toEqual([]);
    await later.fairlead.networks.remove('fast');
    expect(await count(next)).toBe(0);
  });

  it.each([
    [{}, 'option-invalid'],
    [{ parent: 'none' }, 'device-absent'],
    [{ parent: 'plain' }, 'functions-absent'],
    [{ parent: 'pf', vfs: '3' }, 'functions-absent'],
    [{ parent: 'pf', vfs: '0' }, 'option-invalid'],
  ] as readonly (readonly [Options, string])[])('is refused as %j with %s', async (options, code) => {
    const { fairlead } = await openEngine(world());
    await expect(fairlead.networks.create(fast(options))).rejects.toMatchObject({ code });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it.each([
    { vlan: '4095' },
    { vlan: '-1' },
    { vlan_qos: '3' },
    { vlan: '0', vlan_qos: '3' },
    { vlan: '5', vlan_qos: '8' },
    { spoofchk: 'maybe' },
    { trust: '2' },
    { link_state: 'up' },
    { max_tx_rate: '1e3' },
    { min_tx_rate: '20', max_tx_rate: '10' },
  ] as readonly Options[])('refuses an endpoint with %j, and takes nothing for it', async (options) => {
    const { fairlead } = await openEngine(world());
    await fairlead.networks.create(fast());
    await expect(fairlead.sandboxes.create(at('box', options))).rejects.toMatchObject({ code: 'option-invalid' });
    expect(await fairlead.endpoints.list()).toEqual([]);
  });
});
