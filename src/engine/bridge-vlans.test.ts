import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InterfaceAddress } from '../ip/types.js';
import { createFairlead, type Fairlead, type NetworkAsk } from '../index.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { openEngine } from '../../test/tool/open-engine.js';

const VLAN = 'com.fairlead.bridge.vlan';
const TRUNK = 'com.fairlead.bridge.vlan_trunk';
const DEFAULT = 'com.fairlead.bridge.vlan_default';
const NAME = 'com.docker.network.bridge.name';
const OUTSIDE = { 'com.docker.network.bridge.inhibit_ipv4': 'true' };
const GUARD = 'com.fairlead.guard';

const ground = (kernel: SimulatedKernel) => ({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });

let fairlead: Fairlead;
beforeEach(async () => {
  fairlead = await createFairlead({ kernel: 'simulated' });
});
afterEach(async () => {
  expect(await fairlead.doctor()).toEqual([]);
  await fairlead[Symbol.asyncDispose]();
});

const make = (options: NetworkAsk['options'], name = 'web', subnet = '10.1.0.0/24') =>
  fairlead.networks.create({ name, ...(options && { options }), ipam: { config: [{ subnet }] } });
const join = (network = 'web', name = 'box') => fairlead.sandboxes.create({ name, networks: [{ network, name: 'end' }] });
const lines = async (ref: string) => (await fairlead.explain(ref)).commands.filter((line) => /vlan/.test(line));
const refused = (option: string, reason: string) =>
  expect.objectContaining({ code: 'option-invalid', values: expect.objectContaining({ option, reason: expect.stringContaining(reason) }) });

describe('a bridge of ours that sorts frames by VLAN', () => {
  it('has its sandboxes and the host in one VLAN, without its tag', async () => {
    await make({ [VLAN]: '50', [NAME]: 'br50' });
    await join();
    expect((await lines('web')).map((line) => line.replace(/^.*(type bridge)/, '$1'))).toEqual([
      'type bridge group_fwd_mask 0x4000 vlan_filtering 1',
      'bridge vlan add dev br50 vid 1 untagged self',
      'bridge vlan add dev br50 vid 50 pvid untagged self',
    ]);
    expect((await lines('endpoint/web/end')).map((line) => line.replace(/dev fl\w+/, 'dev PORT'))).toEqual([
      'bridge vlan add dev PORT vid 1 untagged',
      'bridge vlan add dev PORT vid 50 pvid untagged',
    ]);
  });

  it('has sandboxes in several, with their tags, and not in that of others where they are not to be', async () => {
    await make({ [TRUNK]: '200-210,100', [DEFAULT]: 'false', [GUARD]: 'false', [NAME]: 'br50' });
    await join();
    expect((await lines('endpoint/web/end')).map((line) => line.replace(/dev fl\w+/, 'dev PORT'))).toEqual([
      'bridge vlan del dev PORT vid 1-4094',
      'bridge vlan add dev PORT vid 100',
      'bridge vlan add dev PORT vid 200-210',
    ]);
    expect(await lines('web')).toContain('bridge vlan add dev br50 vid 1 pvid untagged self');
  });

  it.each([
    [{ [VLAN]: '4095' }, VLAN, 'not what it takes'],
    [{ [TRUNK]: '7-5' }, TRUNK, 'not what it takes'],
    [{ [TRUNK]: '1,,2' }, TRUNK, 'not what it takes'],
    [{ [VLAN]: '5', [TRUNK]: '7' }, TRUNK, 'nothing that goes with'],
    [{ [TRUNK]: '7' }, TRUNK, 'hidden behind a tag'],
    [{ [DEFAULT]: 'false' }, DEFAULT, 'in vain without'],
    [{ [VLAN]: '5', 'com.fairlead.address_check': '300' }, 'com.fairlead.address_check', 'in vain'],
    [{ [VLAN]: '5', parent: 'eth1' }, VLAN, 'in vain where eth1 is a port'],
  ])('is not %j', async (options, option, reason) => {
    await expect(make(options)).rejects.toEqual(refused(option, reason));
  });

  it('stays as it was made', async () => {
    await make({ [VLAN]: '5' });
    await expect(fairlead.networks.update('web', { options: { [VLAN]: '6' } })).rejects.toMatchObject({ code: 'option-invalid' });
  });
});

describe('a bridge of somebody else', () => {
  const link = (sorts?: number) => ({ name: 'br0', type: 'bridge', addresses: ['192.0.2.1/24' as InterfaceAddress], ...(sorts !== undefined && { sorts }) });
  const host = async (sorts?: number) => {
    await fairlead[Symbol.asyncDispose]();
    fairlead = (await openEngine(ground(new SimulatedKernel({ foreign: { links: [link(sorts)] } })))).fairlead;
  };

  it('has networks of ours in VLANs of its own, several at once', async () => {
    await host(3);
    await make({ [VLAN]: '50', [NAME]: 'br0', ...OUTSIDE });
    await make({ [VLAN]: '60', [NAME]: 'br0', [DEFAULT]: 'false', ...OUTSIDE }, 'other', '10.2.0.0/24');
    await join();
    await join('other', 'cup');
    expect((await lines('endpoint/web/end')).map((line) => line.replace(/dev fl\w+/, 'dev PORT'))).toEqual([
      'bridge vlan del dev PORT vid 1-4094',
      'bridge vlan add dev PORT vid 3 untagged',
      'bridge vlan add dev PORT vid 50 pvid untagged',
    ]);
    expect((await lines('endpoint/other/end')).at(-1)).toContain('vid 60 pvid untagged');
    const claimed = { code: 'device-claimed' };
    await expect(make({ [VLAN]: '60', [NAME]: 'br0', ...OUTSIDE }, 'third', '10.3.0.0/24')).rejects.toMatchObject(claimed);
    await expect(make({ [NAME]: 'br0' }, 'third', '10.3.0.0/24')).rejects.toMatchObject(claimed);
    await fairlead.sandboxes.remove('box', { force: true });
    await fairlead.networks.remove('web');
    expect((await lines('endpoint/other/end')).length).toBe(2);
  });

  it('is not made to sort, and the host stays where it is on it', async () => {
    await host();
    await expect(make({ [VLAN]: '50', [NAME]: 'br0', ...OUTSIDE })).rejects.toEqual(refused(VLAN, 'does not sort frames'));
    await host(1);
    await expect(make({ [VLAN]: '50', [NAME]: 'br0' })).rejects.toEqual(refused(VLAN, "not where the host's own place"));
    await expect(make({ [VLAN]: '1', [NAME]: 'br0' })).resolves.toBeDefined();
  });
});

it('names what a kernel lacks', async () => {
  await fairlead[Symbol.asyncDispose]();
  fairlead = (await openEngine(ground(new SimulatedKernel({ lacksVlans: true })))).fairlead;
  await expect(make({ [VLAN]: '50' })).rejects.toMatchObject({ code: 'kernel-lacks', mend: expect.stringContaining('CONFIG_BRIDGE_VLAN_FILTERING') });
});
