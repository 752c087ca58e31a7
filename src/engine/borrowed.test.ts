import { describe, expect, it } from 'vitest';
import type { InterfaceAddress } from '../ip/types.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { Operation } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { openEngine } from '../../test/tool/open-engine.js';

const NAME = 'com.docker.network.bridge.name';
const lan = { name: 'lan0', type: 'bridge', addresses: ['10.7.0.5/24', 'fd07::5/64'] as unknown as readonly InterfaceAddress[] };
const port = { name: 'eth0', type: 'ether' };

async function world(up = true) {
  const ground = { kernel: new SimulatedKernel({ foreign: { links: [{ ...lan, up }, port] } }), definitions: new MemoryStore(), boot: new MemoryStore() };
  const seen = async () => (await ground.kernel.survey('host')).links.find(({ name }) => name === 'lan0');
  return { ground, seen, before: await seen() };
}
const ask = { name: 'lan', options: { [NAME]: 'lan0' }, ipam: { config: [{ subnet: '10.8.0.0/24' }, { subnet: 'fd08::/64' }] } };

describe('a bridge of somebody else', () => {
  it.each([true, false])('is used, and as it was when the network has gone; up: %s', async (up) => {
    const { ground, seen, before } = await world(up);
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(ask);
    expect(await seen()).toMatchObject({
      up: true,
      mtu: 1500,
      ours: false,
      addresses: expect.arrayContaining([...lan.addresses, '10.8.0.1/24', 'fd08::1/64']),
    });
    await fairlead.networks.update('lan', { options: { 'com.docker.network.driver.mtu': '1400', 'com.docker.network.bridge.inhibit_ipv4': 'true' } });
    expect((await seen())?.mtu).toBe(1400);
    expect((await seen())?.addresses).not.toContain('10.8.0.1/24');
    await fairlead.networks.update('lan', { options: { 'com.docker.network.driver.mtu': null } });
    expect((await seen())?.mtu).toBe(1500);
    await fairlead.networks.remove('lan');
    expect(await seen()).toEqual(before);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('has its address in the subnet as the gateway, or is refused', async () => {
    const { ground, seen, before } = await world();
    const { fairlead } = await openEngine(ground);
    const wrong = (gateway: string | undefined, subnet = '10.7.0.0/24') =>
      fairlead.networks.create({ ...ask, ipam: { config: [{ subnet, ...(gateway !== undefined && { gateway }) }] } });
    await expect(wrong('10.7.0.1')).rejects.toMatchObject({
      code: 'bridge-mismatch',
      values: { address: '10.7.0.5/24', wanted: 'gateway 10.7.0.1 of 10.7.0.0/24' },
    });
    await expect(wrong(undefined, '10.7.0.0/16')).rejects.toMatchObject({ code: 'bridge-mismatch' });
    expect(await seen()).toEqual(before);
    const { pools } = await wrong(undefined);
    expect(pools.map(({ gateway }) => gateway)).toEqual(['10.7.0.5']);
    await expect(fairlead.networks.create({ name: 'two', options: { [NAME]: 'lan0' } })).rejects.toMatchObject({ code: 'device-claimed' });
    await expect(fairlead.networks.create({ name: 'two', options: { [NAME]: 'eth0' } })).rejects.toMatchObject({ code: 'device-taken' });
    expect((await seen())?.addresses).toEqual(before?.addresses);
    await fairlead.networks.remove('lan');
    expect(await seen()).toEqual(before);
  });

  it('keeps its addresses in the subnet for itself, and is none to be isolated by', async () => {
    const addresses = ['10.7.0.2/24', '10.7.0.3/24', '10.7.0.4/24'] as unknown as readonly InterfaceAddress[];
    const kernel = new SimulatedKernel({ foreign: { links: [{ ...lan, addresses, up: true }] } });
    const { fairlead } = await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore() });
    const on = (options: Readonly<Record<string, string>>, more: object = {}) =>
      fairlead.networks.create({ name: 'lan', options: { [NAME]: 'lan0', ...options }, ipam: { config: [{ subnet: '10.7.0.0/24' }] }, ...more });
    const isolated = { 'com.docker.network.bridge.gateway_mode_ipv4': 'isolated' };
    await expect(on(isolated, { internal: true })).rejects.toMatchObject({ code: 'bridge-mismatch', values: { address: '10.7.0.2/24' } });
    expect((await on({})).pools).toMatchObject([{ gateway: '10.7.0.2', aux: { 'this-host': '10.7.0.3', 'this-host-2': '10.7.0.4' } }]);
    await fairlead.networks.remove('lan');
    const ipam = { config: [{ subnet: '10.7.0.0/24', gateway: '10.7.0.1', auxAddresses: { mine: '10.7.0.3' } }] };
    const { pools } = await on({ 'com.docker.network.bridge.inhibit_ipv4': 'true' }, { ipam });
    expect(pools).toMatchObject([{ gateway: '10.7.0.1', aux: { 'this-host': '10.7.0.2', 'this-host-2': '10.7.0.4', mine: '10.7.0.3' } }]);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    const [endpoint] = await fairlead.endpoints.list();
    expect(endpoint?.leases.map(({ ip }) => ip)).toEqual(['10.7.0.5']);
  });

  it('is as it was when the network cannot be made', async () => {
    const { ground, seen, before } = await world();
    const { fairlead } = await openEngine(ground);
    const relent = ground.kernel.refuse((operation: Operation) => operation.do === 'create' && operation.resource.kind === 'sysctl');
    await expect(fairlead.networks.create(ask)).rejects.toMatchObject({ code: 'kernel-denied' });
    expect(await seen()).toEqual(before);
    relent();
    await fairlead.networks.create(ask);
    await fairlead.networks.remove('lan');
    expect(await seen()).toEqual(before);
  });

  it('is given back by what was written down, when the end of the network was all that a killed daemon stored', async () => {
    const { ground, seen, before } = await world();
    const { fairlead, context } = await openEngine(ground);
    const { id } = await fairlead.networks.create({ ...ask, options: { ...ask.options, 'com.docker.network.driver.mtu': '1400' } });
    await fairlead.networks.update('lan', { options: { 'com.docker.network.bridge.inhibit_ipv4': 'true' } });
    await context.records.undefine(id);
    await openEngine({ ...ground, kernel: ground.kernel.again() });
    expect(await seen()).toEqual(before);
  });

  it('has what is ours on it again when somebody takes that away, and doctor says what is missing', async () => {
    const { ground, seen } = await world();
    const { fairlead, context } = await openEngine(ground);
    await fairlead.networks.create(ask);
    await ground.kernel.disturb.deleteAddress('lan0', '10.8.0.1/24');
    expect(await fairlead.doctor()).toEqual([
      expect.objectContaining({
        code: 'changed',
        object: 'network/lan',
        problem: "link lan0 in the host's stack, which is borrowed, is not as it should be: it lacks 10.8.0.1/24",
        mend: 'ip address replace 10.8.0.1/24 dev lan0',
      }),
    ]);
    await context.ledger.heal('mend', ['borrow host lan0']);
    expect((await seen())?.addresses).toContain('10.8.0.1/24');
    expect((await fairlead.explain('network/lan')).commands.filter((line) => line.includes('lan0') && line.startsWith('ip address'))).toEqual([
      'ip address replace 10.8.0.1/24 dev lan0',
      'ip address replace fd08::1/64 dev lan0 nodad',
      expect.stringMatching(/^ip address replace fe80::/),
    ]);
  });

  it('that its owner takes away is for its owner to make again, doctor says', async () => {
    const { ground } = await world();
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(ask);
    await ground.kernel.disturb.deleteLink('lan0');
    const mends = (await fairlead.doctor()).filter(({ problem }) => problem.includes('which is borrowed')).map(({ mend }) => mend);
    expect(mends).toEqual([expect.stringMatching(/^ip link add lan0 type bridge; ip address replace 10\.8\.0\.1\/24 dev lan0; .*ip link set lan0 up$/)]);
  });
});
