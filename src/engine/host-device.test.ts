import { describe, expect, it } from 'vitest';
import type { InterfaceAddress, Ip } from '../ip/types.js';
import { SimulatedKernel } from '../kernel/simulated/simulated-kernel.js';
import { MemoryStore } from '../store/memory/memory-store.js';
import { openEngine } from '../../test/tool/open-engine.js';

const addresses = (...texts: readonly string[]) => texts as readonly InterfaceAddress[];
const CARDS = [
  { name: 'eth0', type: 'ether', addresses: addresses('192.0.2.2/24') },
  { name: 'eth1', type: 'ether', device: 'pci/0000:03:00.0' },
  { name: 'eth2', type: 'ether', device: 'pci/0000:04:00.0' },
  { name: 'eth3', type: 'ether', addresses: addresses('198.51.100.7/24', 'fd51::7/64') },
  { name: 'wire', type: 'veth' },
  { name: 'lan0', type: 'bridge' },
  { name: 'eth4', type: 'ether' },
  { name: 'eth4.7', type: 'vlan', upon: 'eth4' },
];
const ROUTES = [
  { to: 'default', via: '192.0.2.1' as Ip, dev: 'eth0' },
  { to: '203.0.113.0/24', via: '198.51.100.1' as Ip, dev: 'eth3' },
] as const;

function world() {
  const kernel = new SimulatedKernel({ instance: 'test', foreign: { links: CARDS, routes: ROUTES as never } });
  return { kernel, definitions: new MemoryStore(), boot: new MemoryStore() };
}
type Ground = ReturnType<typeof world>;
const shown = async ({ kernel }: Ground) => {
  const { links, routes } = await kernel.survey('host');
  const sorted = links.map(({ index: _, addresses: each, ...link }) => ({ ...link, addresses: each.toSorted() }));
  const ways = routes.map(({ to, via, dev, protocol }) => `${to} ${via} ${dev} ${protocol}`);
  return { links: sorted.toSorted((a, b) => (a.name < b.name ? -1 : 1)), routes: ways.toSorted() };
};
const namesOn = async ({ kernel }: Ground) => (await kernel.survey('host')).links.map(({ name }) => name);
const nic = (options: Readonly<Record<string, string>> = { parent: 'eth1,eth2' }, more: object = {}) => ({
  name: 'nic',
  driver: 'host-device',
  options,
  ipam: { config: [{ subnet: '10.7.0.0/24', gateway: '10.7.0.1' }, { subnet: 'fd07::/64' }] },
  ...more,
});
const at = (name: string, options: Readonly<Record<string, string>> = {}, more: object = {}) => ({ name, networks: [{ network: 'nic', options, ...more }] });
const FORCED = { parent: 'eth3', force: 'true' };

describe('a network of whole links', () => {
  it('gives each endpoint one, with addresses and the way out, and has it back as it was', async () => {
    const ground = world();
    const before = await shown(ground);
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(nic());
    const box = await fairlead.sandboxes.create(at('box'));
    const [endpoint] = await fairlead.endpoints.list();
    const mac = before.links.find(({ name }) => name === 'eth1')?.mac;
    expect(endpoint).toMatchObject({ facts: { device: 'eth1' }, mac, link: { inside: 'eth0' }, gateway: [4, 6] });
    const { links, routes } = await ground.kernel.survey(box.stack);
    expect(links.find(({ name }) => name === 'eth0')).toMatchObject({ up: true, mac, addresses: expect.arrayContaining([endpoint?.leases[0]?.address]) });
    expect(routes).toContainEqual(expect.objectContaining({ to: 'default', via: '10.7.0.1', dev: 'eth0' }));
    expect(await namesOn(ground)).not.toContain('eth1');
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.remove('box');
    expect(await shown(ground)).toEqual(before);
    await fairlead.networks.remove('nic');
    expect(await fairlead.doctor()).toEqual([]);
  });

  const FOUR = { subnet: '10.7.0.0/24', gateway: '10.7.0.1' };
  it.each([
    ['nothing without IPv6', [FOUR], {}, ['accept_ra=0']],
    ['nothing where a gateway is named', [FOUR, { subnet: 'fd07::/64', gateway: 'fd07::1' }], {}, ['accept_ra=0']],
    ['the way out of IPv6 where none is', [FOUR, { subnet: 'fd07::/64' }], {}, ['autoconf=0', 'accept_ra_defrtr=1']],
    ['nothing on a link that is too small for IPv6', [FOUR], { 'com.docker.network.driver.mtu': '1000' }, []],
  ])('takes of what routers advertise %s', async (_, config, options, expected) => {
    const { fairlead } = await openEngine(world());
    await fairlead.networks.create(nic({ parent: 'eth1', ...options }, { ipam: { config } }));
    await fairlead.sandboxes.create(at('box'));
    const { commands } = await fairlead.explain('endpoint/box');
    expect(commands.flatMap((line) => /sysctl -w net\/ipv6\/conf\/eth0\/(.*)/.exec(line)?.[1] ?? [])).toEqual(expected);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it.each(['host-device', 'sriov'])('is refused where its links would be too small for its addresses of IPv6: %s', async (driver) => {
    const { fairlead } = await openEngine(world());
    const small = { parent: 'eth1', 'com.docker.network.driver.mtu': '1279' };
    await expect(fairlead.networks.create(nic(small, { driver }))).rejects.toMatchObject({ code: 'option-invalid', values: { reason: 'too small for IPv6' } });
  });

  it('gives a free one, the one that is named, or says why none', async () => {
    const ground = world();
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(nic());
    await fairlead.sandboxes.create(at('one', { pci: '0000:04:00.0' }));
    await fairlead.sandboxes.create(at('two'));
    expect((await fairlead.endpoints.list()).map(({ facts }) => facts?.['device'])).toEqual(['eth2', 'eth1']);
    await expect(fairlead.sandboxes.create(at('three'))).rejects.toMatchObject({
      code: 'devices-exhausted',
      values: { reason: expect.stringMatching(/eth1 is given to nic\/two; eth2/) },
    });
    await expect(fairlead.sandboxes.create(at('three', { device: 'eth1' }))).rejects.toMatchObject({ code: 'device-busy', values: { endpoint: 'nic/two' } });
    await expect(fairlead.sandboxes.create(at('three', { device: 'eth0' }))).rejects.toMatchObject({ code: 'option-invalid' });
    await expect(fairlead.sandboxes.create(at('three', { pci: '0000:09:00.0' }))).rejects.toMatchObject({ code: 'device-absent' });
    expect((await fairlead.sandboxes.list()).map(({ name }) => name)).toEqual(['one', 'two']);
    await fairlead.endpoints.leave('nic/two', {});
    expect(await fairlead.endpoints.get('nic/two')).not.toHaveProperty('facts');
    expect(await fairlead.endpoints.get('nic/two')).not.toHaveProperty('mac');
    await fairlead.sandboxes.create(at('three', { device: 'eth1' }));
  });

  it('gives none twice to those who join at once', async () => {
    const { fairlead } = await openEngine(world());
    await fairlead.networks.create(nic());
    const answers = await Promise.allSettled(['a', 'b', 'c', 'd'].map((name) => fairlead.sandboxes.create(at(name))));
    expect(answers.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
    expect(new Set((await fairlead.endpoints.list()).map(({ facts }) => facts?.['device']))).toEqual(new Set(['eth1', 'eth2']));
  });

  it.each([
    [{}, 'option-invalid'],
    [{ parent: 'eth9' }, 'device-absent'],
    [{ parent: 'lo' }, 'device-unfit'],
    [{ parent: 'lan0' }, 'device-unfit'],
    [{ parent: 'eth0' }, 'device-unfit'],
    [{ parent: 'eth3' }, 'device-unfit'],
    [{ parent: 'eth1,eth0' }, 'device-unfit'],
    [{ parent: 'eth4' }, 'device-unfit'],
    [{ parent: 'eth1;rm' }, 'option-invalid'],
    [{ parent: 'eth1', mode: 'bridge' }, 'option-unknown'],
  ])('refuses %j with %s, and nothing is made', async (options, code) => {
    const { fairlead } = await openEngine(world());
    await expect(fairlead.networks.create(nic(options as unknown as Readonly<Record<string, string>>))).rejects.toMatchObject({ code });
    expect((await fairlead.networks.list()).map(({ name }) => name)).not.toContain('nic');
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('refuses what of ours is no card, and a port of a bridge', async () => {
    const ground = world();
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create({ name: 'web' });
    const bridge = (await namesOn(ground)).find((name) => name.startsWith('br-')) ?? '';
    await expect(fairlead.networks.create(nic({ parent: bridge }))).rejects.toMatchObject({ code: 'device-unfit', values: { reason: 'Fairlead made it' } });
  });

  it('is the only network that has its links', async () => {
    const { fairlead } = await openEngine(world());
    await fairlead.networks.create(nic());
    const other = { ...nic({ parent: 'eth2' }), name: 'other', ipam: { config: [{ subnet: '10.8.0.0/24' }] } };
    await expect(fairlead.networks.create(other)).rejects.toMatchObject({ code: 'parent-claimed', values: { network: '"nic"' } });
  });

  it('publishes no ports, and says so', async () => {
    const { fairlead } = await openEngine(world());
    await fairlead.networks.create(nic());
    await fairlead.sandboxes.create({ ...at('box'), ports: [{ port: 80, hostPort: 8080 }] });
    expect(await fairlead.doctor()).toEqual([]);
  });

  it('gives what the host uses by force, with another MAC address and MTU, and all of it comes back', async () => {
    const ground = world();
    const before = await shown(ground);
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(nic({ ...FORCED, 'com.docker.network.driver.mtu': '1400' }));
    const { stack } = await fairlead.sandboxes.create(at('box', {}, { mac: '02:00:00:00:00:07', interfaceName: 'nic0' }));
    const inside = (await ground.kernel.survey(stack)).links.find(({ name }) => name === 'nic0');
    expect(inside).toMatchObject({ mac: '02:00:00:00:00:07', mtu: 1400, up: true });
    await fairlead.endpoints.leave('nic/box', {});
    expect(await shown(ground)).toEqual(before);
    expect(await fairlead.endpoints.get('nic/box')).toMatchObject({ mac: '02:00:00:00:00:07' });
    await fairlead.endpoints.join('nic/box', 'box');
    await fairlead.sandboxes.remove('box', { force: true });
    expect(await shown(ground)).toEqual(before);
  });

  it('has it back when a plan fails behind it', async () => {
    const ground = world();
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(nic(FORCED));
    const before = await shown(ground);
    const calm = ground.kernel.refuse((operation) => operation.do === 'create' && operation.resource.kind === 'up');
    await expect(fairlead.sandboxes.create(at('box'))).rejects.toMatchObject({ code: 'kernel-denied' });
    calm();
    expect(await shown(ground)).toEqual(before);
    expect(await ground.boot.list('journal/')).toMatchObject({ entries: new Map() });
    await fairlead.sandboxes.create(at('box'));
  });
});

describe('a link in a sandbox', () => {
  it('is known to the next daemon, which gives it back', async () => {
    const ground = world();
    const before = await shown(ground);
    const first = await openEngine(ground);
    await first.fairlead.networks.create(nic(FORCED));
    await first.fairlead.sandboxes.create(at('box'));
    const next = { ...ground, kernel: ground.kernel.again() };
    const { fairlead } = await openEngine(next);
    expect(await fairlead.doctor()).toEqual([]);
    expect(await fairlead.endpoints.get('nic/box')).toMatchObject({ facts: { device: 'eth3' } });
    await fairlead.sandboxes.remove('box');
    expect(await shown(next)).toEqual(before);
  });

  it('comes home before its sandbox ends with its process, whether a daemon sees that or the next one', async () => {
    const ground = world();
    const before = await shown(ground);
    const first = await openEngine(ground);
    await first.fairlead.networks.create(nic(FORCED));
    const [one, two] = [await ground.kernel.disturb.startProcess(), await ground.kernel.disturb.startProcess()];
    await first.fairlead.sandboxes.create({ ...at('box'), until: one });
    await ground.kernel.disturb.endProcess(one.pid);
    await expect.poll(() => first.fairlead.sandboxes.list()).toEqual([]);
    expect(await shown(ground)).toEqual(before);
    await first.fairlead.sandboxes.create({ ...at('box'), until: two });
    await ground.kernel.disturb.endProcess(two.pid);
    const next = { ...ground, kernel: ground.kernel.again() };
    await first.context.records.drop({}); // what the first one still does with it is on a kernel of its own
    const { fairlead } = await openEngine(next);
    expect(await fairlead.sandboxes.list()).toEqual([]);
    expect(await shown(next)).toEqual(before);
  });

  it('that the kernel brought home, because its namespace was ended, is found under any name and given again', async () => {
    const ground = world();
    const before = await shown(ground);
    const { fairlead } = await openEngine(ground);
    await fairlead.networks.create(nic(FORCED));
    const { stack } = await fairlead.sandboxes.create(at('box'));
    await ground.kernel.disturb.deleteNamespace(stack);
    expect((await namesOn(ground)).some((name) => /^dev\d+$/.test(name))).toBe(true);
    const found = await fairlead.doctor();
    expect(found.map(({ code }) => code)).toContain('missing');
    await fairlead.doctor({ fix: true });
    expect((await ground.kernel.survey(stack)).links.find(({ name }) => name === 'eth0')).toMatchObject({ up: true });
    expect(await fairlead.doctor()).toEqual([]);
    await ground.kernel.disturb.deleteNamespace(stack);
    await fairlead.sandboxes.remove('box');
    expect(await shown(ground)).toEqual(before);
  });
});
