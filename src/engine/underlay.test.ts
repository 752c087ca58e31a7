import { describe, expect, it, vi } from 'vitest';
import type { InterfaceAddress, Ip } from '../ip/types.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import type { NetworkAsk } from '../model/asks.js';
import type { Operation } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { refresh } from './refresh.js';
import { openEngine } from '../../test/tool/open-engine.js';

const NAME = 'com.docker.network.bridge.name';
const at = (...addresses: readonly string[]) => addresses as unknown as readonly InterfaceAddress[];
const foreign = {
  links: [
    { name: 'eth1', type: 'ether', altnames: ['enp0s3'], addresses: at('192.0.2.5/24', '192.0.2.6/24', '2001:db8::5/64', 'fe80::5/64') },
    { name: 'eth2', type: 'ether', up: false },
    { name: 'eth3', type: 'ether' },
    { name: 'br9', type: 'bridge' },
  ],
  routes: [
    { to: 'default' as const, via: '192.0.2.1' as Ip, dev: 'eth1' },
    { to: 'default' as const, via: 'fe80::1' as Ip, dev: 'eth1' },
  ],
};

async function world() {
  const ground = { kernel: new SimulatedKernel({ foreign }), definitions: new MemoryStore(), boot: new MemoryStore() };
  const links = async () => new Map((await ground.kernel.survey('host')).links.map((link) => [link.name, link]));
  const routes = async () => (await ground.kernel.survey('host')).routes.filter(({ to }) => to === 'default').map(({ via, dev }) => `${via} ${dev}`);
  const before = { link: (await links()).get('eth1'), routes: await routes() };
  const isBack = async () => expect({ link: (await links()).get('eth1'), routes: await routes() }).toEqual(before);
  return { ground, links, routes, isBack };
}
const lan: NetworkAsk = { name: 'lan', options: { parent: 'eth1', [NAME]: 'lan0' } };

describe('a network with a link of the host in its bridge', () => {
  it('has the subnet, the router and the addresses of the segment, and gives the link back', async () => {
    const { ground, links, routes, isBack } = await world();
    const { fairlead } = await openEngine(ground);
    const { pools } = await fairlead.networks.create({ ...lan, ipv6: true });
    expect(pools).toMatchObject([
      { subnet: '192.0.2.0/24', gateway: '192.0.2.1', aux: { 'this-host': '192.0.2.5', 'this-host-2': '192.0.2.6' } },
      { subnet: '2001:db8::/64', gateway: 'fe80::1', aux: { 'this-host': '2001:db8::5' } },
    ]);
    const [bridge, link] = [(await links()).get('lan0'), (await links()).get('eth1')];
    expect(link).toMatchObject({ master: 'lan0', addresses: [], up: true });
    expect(bridge).toMatchObject({ mac: link?.mac, addresses: at('192.0.2.5/24', '192.0.2.6/24', '2001:db8::5/64', 'fe80::5/64') });
    expect(await routes()).toEqual(['192.0.2.1 lan0', 'fe80::1 lan0']);
    expect((await fairlead.explain('network/lan')).commands.filter((line) => line.startsWith('#'))).toEqual([
      ...['address 192.0.2.5/24', 'address 192.0.2.6/24', 'address 2001:db8::5/64', 'route default via 192.0.2.1', 'route default via fe80::1'].map(
        (each) => `# eth1 had ${each}: on lan0 for as long`,
      ),
    ]);
    const box = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }], ports: [{ port: 80 }] });
    expect(box.ports.map(({ port, target }) => [port, target])).toEqual([
      [0, 80],
      [0, 80],
    ]);
    expect((await fairlead.endpoints.list()).flatMap(({ leases }) => leases.map(({ ip }) => ip))).toEqual(['192.0.2.2', '2001:db8::1']);
    const held = (await ground.kernel.read(['host'])).filter(({ kind }) => kind === 'held');
    expect(held).toEqual([]);
    const sets = (await ground.kernel.read(['host'])).flatMap((each) => (each.kind === 'element' && each.family === 'inet' ? [each.map] : []));
    expect(sets).toEqual(expect.not.arrayContaining(['bridges', 'masq', 'fenced', 'free4']));
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.remove('box');
    await fairlead.networks.remove('lan');
    await isBack();
  });

  it('may be called by another of its names', async () => {
    const { ground, links, isBack } = await world();
    const { fairlead } = await openEngine(ground);
    const { pools } = await fairlead.networks.create({ ...lan, options: { ...lan.options, parent: 'enp0s3' } });
    expect(pools).toMatchObject([{ subnet: '192.0.2.0/24', gateway: '192.0.2.1' }]);
    expect((await links()).get('eth1')).toMatchObject({ master: 'lan0', addresses: [] });
    await expect(fairlead.networks.create({ name: 'two', options: { parent: 'eth1' } })).rejects.toMatchObject({ code: 'parent-claimed' });
    await fairlead.networks.remove('lan');
    await isBack();
  });

  it("need not have its subnet named where a part of it is: that is the host's", async () => {
    const { ground } = await world();
    const { fairlead, context } = await openEngine(ground);
    const config = [{ ipRange: '192.0.2.64/26', auxAddresses: { other: '192.0.2.64' } }, { gateway: '2001:db8::9' }];
    const { pools } = await fairlead.networks.create({ ...lan, ipv6: true, ipam: { config } });
    expect(pools).toMatchObject([
      { subnet: '192.0.2.0/24', range: '192.0.2.64/26', gateway: '192.0.2.1', aux: { 'this-host': '192.0.2.5', other: '192.0.2.64' } },
      { subnet: '2001:db8::/64', gateway: '2001:db8::9' },
    ]);
    // What the host has by now is none of a sandbox's either, and is again when the host has it no more.
    await ground.kernel.disturb.addAddress('lan0', '192.0.2.65/24');
    await refresh(context);
    const ask = { network: 'lan', ip: ['192.0.2.65'] };
    await expect(fairlead.endpoints.create({ name: 'one', ...ask })).rejects.toMatchObject({ code: 'address-taken', values: { by: ' by this host' } });
    const { leases } = await fairlead.endpoints.create({ name: 'two', network: 'lan' });
    expect(leases[0]).toMatchObject({ ip: '192.0.2.66' });
  });

  it.each([
    [{ ipRange: '198.51.100.0/28' }, 'pool-outside'],
    [{ ipRange: '192.0.2.0/29', gateway: '2001:db8::1' }, 'value-invalid'],
    [{}, 'value-invalid'],
  ])('refuses a part that is none of its: %j', async (part, code) => {
    const { fairlead } = await openEngine((await world()).ground);
    await expect(fairlead.networks.create({ ...lan, ipam: { config: [part] } })).rejects.toMatchObject({ code });
  });

  const subnet = { ipam: { config: [{ subnet: '192.0.2.0/24' }] } };
  it.each<[string, Partial<NetworkAsk>, string]>([
    ['is not there', { options: { parent: 'eth9' }, ...subnet }, 'parent-absent'],
    ['is not there, where no subnet is asked for', { options: { parent: 'eth9' } }, 'parent-absent'],
    ['is a VLAN of one that is not there', { options: { parent: 'eth9.50' }, ...subnet }, 'parent-absent'],
    ['is a VLAN of one that is down', { options: { parent: 'eth2.50' }, ...subnet }, 'parent-down'],
    ['is a VLAN of a number that there is none of', { options: { parent: 'eth1.4095' }, ...subnet }, 'option-invalid'],
    ['is a VLAN, where no subnet is asked for', { options: { parent: 'eth1.50' } }, 'option-invalid'],
    ['is a VLAN of our own bridge', { options: { parent: 'web0.50' }, ...subnet }, 'parent-unfit'],
    ['is down', { options: { parent: 'eth2' }, ...subnet }, 'parent-down'],
    ['is loopback', { options: { parent: 'lo' }, ...subnet }, 'parent-unfit'],
    ['is a bridge', { options: { parent: 'br9' }, ...subnet }, 'parent-unfit'],
    ['is our own', { options: { parent: 'web0' }, ...subnet }, 'parent-unfit'],
    ['is no name', { options: { parent: 'a b' }, ...subnet }, 'option-invalid'],
    ['has no address, where no subnet is asked for', { options: { parent: 'eth3' } }, 'option-invalid'],
    ['is to be on an internal network', { options: { parent: 'eth1' }, internal: true, ...subnet }, 'option-invalid'],
    ['is to be isolated from', { options: { parent: 'eth1', 'com.docker.network.bridge.gateway_mode_ipv4': 'isolated' }, ...subnet }, 'option-invalid'],
    ['is to lead out by an address of the host', { options: { parent: 'eth1', 'com.docker.network.host_ipv4': '192.0.2.5' }, ...subnet }, 'option-invalid'],
    ['is to be on a bridge of another', { options: { parent: 'eth1', [NAME]: 'br9' }, ...subnet }, 'device-taken'],
    ['is to be limited', { options: { parent: 'eth1' }, egress: ['none'], ...subnet }, 'value-invalid'],
  ])('refuses a link that %s, and nothing is half made', async (_, ask, code) => {
    const { ground, isBack } = await world();
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create({ name: 'web', options: { [NAME]: 'web0' }, ipam: { config: [{ subnet: '10.3.0.0/24' }] } });
    await expect(fairlead.networks.create({ name: 'lan', ...ask })).rejects.toMatchObject({ code });
    await isBack();
    expect((await fairlead.networks.list()).some(({ name }) => name === 'lan')).toBe(false);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('has it for itself', async () => {
    const { ground } = await world();
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(lan);
    await expect(
      fairlead.networks.create({ name: 'two', options: { parent: 'eth1' }, ipam: { config: [{ subnet: '198.51.100.0/24' }] } }),
    ).rejects.toMatchObject({ code: 'parent-claimed' });
    // That the subnet is taken follows from it.
    await expect(fairlead.networks.create({ name: 'two', options: { parent: 'eth1' } })).rejects.toMatchObject({ code: 'parent-claimed' });
    await expect(fairlead.networks.update('lan', { egress: ['none'] })).rejects.toMatchObject({ code: 'value-invalid' });
    await expect(fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }], egress: ['none'] })).rejects.toMatchObject({
      code: 'network-exclusive',
    });
  });

  it('makes the VLAN that is named, with nothing of the host on it, beside one that has the link itself', async () => {
    const { ground, links, isBack } = await world();
    const { fairlead } = await openEngine({ ...ground, drift: { every: 0, beside: () => {} } });
    await fairlead.networks.create(lan);
    const tagged = { options: { parent: 'eth1.50', [NAME]: 'lan50' }, ipam: { config: [{ subnet: '198.51.100.0/24' }] } };
    await fairlead.networks.create({ name: 'tagged', ...tagged });
    const there = { type: 'vlan', master: 'lan50', ours: true, up: true };
    expect((await links()).get('eth1.50')).toMatchObject(there);
    expect((await links()).get('lan50')).toMatchObject({ mac: (await links()).get('eth1')?.mac, addresses: [] });
    expect((await fairlead.explain('network/tagged')).commands.slice(-5)).toEqual([
      'ip link set eth1.50 addrgenmode none',
      'ip link set eth1.50 master lan50',
      'sysctl -w net/ipv6/conf/lan50/accept_ra=0',
      'ip link set lan50 up',
      'ip link set eth1.50 up',
    ]);
    for (const driver of ['bridge', 'macvlan'])
      await expect(
        fairlead.networks.create({ name: 'more', driver, options: { parent: 'eth1.50' }, ipam: { config: [{ subnet: '10.9.0.0/24' }] } }),
      ).rejects.toMatchObject({
        code: 'parent-claimed',
      });
    expect(await fairlead.doctor()).toEqual([]);
    // With its lower link it goes, and comes back.
    await ground.kernel.disturb.takeOff('eth1.50');
    await vi.waitFor(async () => expect((await links()).get('eth1.50')).toMatchObject(there));
    await ground.kernel.disturb.deleteLink('eth1.50');
    await vi.waitFor(async () => expect((await links()).get('eth1.50')).toMatchObject(there));
    // What this boot knew is lost.
    const next = await openEngine({ ...ground, kernel: ground.kernel.again(), boot: new MemoryStore() });
    expect((await links()).get('eth1.50')).toMatchObject(there);
    expect(await next.fairlead.doctor()).toEqual([]);
    await next.fairlead.networks.remove('lan');
    await next.fairlead.networks.remove('tagged');
    expect((await links()).has('eth1.50')).toBe(false);
    await isBack();
  });

  it('is not told to be deleted with its bridge by whoever finds it: first all goes back', async () => {
    const { ground } = await world();
    const first = await openEngine(ground);
    await first.fairlead.networks.create(lan);
    const other = await openEngine({
      kernel: ground.kernel.again({ instance: 'other' }),
      definitions: new MemoryStore(),
      boot: new MemoryStore(),
      id: 'other',
    });
    const said = (await other.fairlead.doctor()).find(({ problem }) => problem.includes('lan0'));
    expect(said?.mend).toMatch(/ip address replace \$a dev eth1; .*; ip link set eth1 nomaster; .*; ip link delete lan0$/);
  });

  it.each(['link', 'up', 'enslaved'])('gives it back when the kernel refuses what comes with it: %s', async (kind) => {
    const { ground, isBack } = await world();
    const { fairlead } = await openEngine(ground);
    const stop = ground.kernel.refuse((operation: Operation) => operation.do === 'create' && operation.resource.kind === kind);
    await expect(fairlead.networks.create(lan)).rejects.toMatchObject({ code: 'kernel-denied' });
    stop();
    await isBack();
    await fairlead.networks.create(lan);
    await fairlead.networks.remove('lan');
    await isBack();
  });

  it('has it again where somebody took it off, and takes what it is given', async () => {
    const { ground, links } = await world();
    const { fairlead } = await openEngine({ ...ground, drift: { every: 0, beside: () => {} } });
    await fairlead.networks.create(lan);
    await ground.kernel.disturb.takeOff('eth1');
    await vi.waitFor(async () => expect((await links()).get('eth1')).toMatchObject({ master: 'lan0' }));
    await ground.kernel.disturb.addAddress('eth1', '192.0.2.9/24');
    await vi.waitFor(async () => expect((await links()).get('eth1')).toMatchObject({ addresses: [] }));
    expect((await links()).get('lan0')?.addresses).toContain('192.0.2.9/24');
    await fairlead.networks.remove('lan');
    expect((await links()).get('eth1')?.addresses).toContain('192.0.2.9/24');
  });

  it('gives it back at a start that knows nothing of it any more', async () => {
    const { ground, isBack } = await world();
    const first = await openEngine(ground);
    await first.fairlead.networks.create(lan);
    // All of the run state is lost, and the definition with it.
    const next = await openEngine({ kernel: ground.kernel.again(), definitions: new MemoryStore(), boot: new MemoryStore() });
    await isBack();
    expect(await next.fairlead.doctor()).toEqual([]);
  });

  it('keeps it at a start that has lost how it was, and gives it back then', async () => {
    const { ground, links, isBack } = await world();
    const first = await openEngine(ground);
    await first.fairlead.networks.create(lan);
    const next = await openEngine({ ...ground, kernel: ground.kernel.again(), boot: new MemoryStore() });
    expect((await links()).get('eth1')).toMatchObject({ master: 'lan0', addresses: [] });
    expect(await next.fairlead.doctor()).toEqual([]);
    await next.fairlead.networks.remove('lan');
    await isBack();
  });
});
