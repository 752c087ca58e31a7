import { afterEach, describe, expect, it, vi } from 'vitest';
import { openEngine } from '../../test/tool/open-engine.js';
import { silent } from '../base/log.js';
import { SimulatedKernel, type SimulatedOptions } from '../kernel/simulated/simulated-kernel.js';
import type { NetworkAsk } from '../model/asks.js';
import type { InterfaceAddress, Prefix } from '../ip/types.js';
import type { LinkResource } from '../resource/resource.js';
import { MemoryStore } from '../store/memory/memory-store.js';

const foreign = {
  links: [
    { name: 'eth1', type: 'ether', addresses: ['192.0.2.7/24' as InterfaceAddress] },
    { name: 'eth2', type: 'ether', up: false },
    { name: 'eth3', type: 'ether', mtu: 1400 },
    { name: 'tap0', type: 'macvlan' },
  ],
  routes: [{ to: '198.51.100.0/24' as Prefix, dev: 'eth1' }],
};

let kernel: SimulatedKernel;
let errors: string[];
afterEach(async () => {
  vi.useRealTimers();
  await kernel[Symbol.asyncDispose]();
});

async function open(options: SimulatedOptions = {}) {
  kernel = new SimulatedKernel({ instance: 'test', foreign, ...options });
  errors = [];
  const log = { ...silent, error: (what: string) => errors.push(what) };
  return (await openEngine({ kernel, definitions: new MemoryStore(), boot: new MemoryStore(), log, drift: { every: 0, beside: () => {} } })).fairlead;
}

const lan = { config: [{ subnet: '192.0.2.0/24', ipRange: '192.0.2.128/25', gateway: '192.0.2.1' }] };
const refused = (code: string, mend = '') => expect.objectContaining({ code, mend: expect.stringContaining(mend) });
type Fairlead = Awaited<ReturnType<typeof open>>;
const make = (fairlead: Fairlead, name: string, options: Record<string, string>, ask: Partial<NetworkAsk> = {}) =>
  fairlead.networks.create({ name, driver: 'macvlan', options, ...ask });
const links = async () => (await kernel.survey('host')).links.map(({ name }) => name);

describe('a macvlan network', () => {
  it('may call its parent by another name of that link, and is upon the same for all others', async () => {
    const altname = 'enx-a-name-that-udev-has-made-of-its-path';
    const fairlead = await open({ foreign: { links: [{ name: 'eth1', type: 'ether', altnames: [altname] }] } });
    await make(fairlead, 'lan', { parent: altname }, { ipam: lan });
    const { name } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    expect((await fairlead.explain(`endpoint/${name}`)).commands[0]).toContain('ip link add link eth1 name fl-eth0 ');
    await expect(make(fairlead, 'other', { parent: 'eth1', macvlan_mode: 'passthru' })).rejects.toEqual(refused('parent-claimed'));
    await expect(make(fairlead, 'absent', { parent: 'y'.repeat(127) })).rejects.toEqual(refused('parent-absent'));
    await expect(make(fairlead, 'absent', { parent: 'y'.repeat(128) })).rejects.toEqual(refused('option-invalid', '127 characters'));
  });

  it('is nothing on the host, and an endpoint is a link in the sandbox upon the parent, led out by the user’s gateway', async () => {
    const fairlead = await open();
    await make(fairlead, 'lan', { parent: 'eth1' }, { ipam: lan });
    expect((await fairlead.explain('network/lan')).commands).toEqual([]);
    const { stack } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    const ns = stack.slice('ns/'.length);
    const [endpoint] = await fairlead.endpoints.list();
    expect((await fairlead.explain('endpoint/box')).commands).toEqual([
      `ip link add link eth1 name fl-eth0 address ${endpoint?.mac} netns ${ns} type macvlan mode bridge`,
      `ip -n ${ns} link set fl-eth0 name eth0 addrgenmode none`,
      `ip -n ${ns} address add 192.0.2.128/24 dev eth0`,
      `ip netns exec ${ns} sysctl -w net/ipv6/conf/eth0/accept_ra=0`,
      `ip -n ${ns} link set eth0 up`,
      `ip -n ${ns} route add default via 192.0.2.1 dev eth0 protocol 250`,
    ]);
    expect(await links()).toEqual(['lo', 'eth1', 'eth2', 'eth3', 'tap0']);
    expect(await fairlead.doctor()).toEqual([]);
    await fairlead.sandboxes.remove('box');
    expect((await kernel.read()).filter(({ kind }) => kind === 'link')).toEqual([]);
  });

  it('has several subnets of each family, and leads out by the link itself where no gateway is named', async () => {
    const fairlead = await open();
    const config = [
      { subnet: '10.1.0.0/24' },
      { subnet: '10.2.0.0/24', gateway: '10.2.0.9' },
      { subnet: 'fd01::/64' },
      { subnet: 'fd02::/64', gateway: 'fd02::9' },
    ];
    const { pools } = await make(fairlead, 'lan', { parent: 'eth1' }, { ipam: { config } });
    expect(pools.map(({ gateway }) => gateway)).toEqual([undefined, '10.2.0.9', undefined, 'fd02::9']);
    await fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'lan' }] });
    await fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'lan', ip: '10.2.0.2', ip6: 'fd02::2' }] });
    const routes = async (name: string) =>
      (await fairlead.explain(`endpoint/${name}`)).commands.flatMap((line) => /route add (.*) protocol/.exec(line)?.[1] ?? []);
    expect(await routes('one')).toEqual(['default dev eth0', 'default dev eth0 metric 2048']);
    expect(await routes('two')).toEqual(['default via 10.2.0.9 dev eth0', 'default via fd02::9 dev eth0']);
    expect(await fairlead.networks.list()).not.toContainEqual(expect.objectContaining({ name: 'docker_gwbridge' }));
  });

  it('that is internal has no way out, and one without a parent is internal, upon a link that leads nowhere', async () => {
    const fairlead = await open();
    await make(fairlead, 'inner', { parent: 'eth1' }, { internal: true, ipam: lan });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'inner' }] });
    expect((await fairlead.explain('endpoint/box')).commands.join()).not.toContain('route');
    const { id, internal } = await make(fairlead, 'alone', {});
    expect(internal).toBe(true);
    const device = `dm-${id.slice(0, 12)}`;
    expect((await fairlead.explain('network/alone')).commands).toEqual([
      expect.stringMatching(new RegExp(`^ip link add ${device} address \\S+ type dummy$`)),
      `ip link set ${device} addrgenmode none`,
      `ip link set ${device} up`,
    ]);
    await fairlead.networks.remove('alone');
    expect(await links()).not.toContain(device);
  });

  it('makes the VLAN that its parent names, which networks share and which goes with the last', async () => {
    const fairlead = await open();
    await make(fairlead, 'one', { parent: 'eth1.50' });
    expect((await fairlead.explain('network/one')).commands).toEqual([
      'ip link add link eth1 name eth1.50 type vlan id 50',
      'ip link set eth1.50 addrgenmode none',
      'ip link set eth1.50 up',
    ]);
    await make(fairlead, 'two', { parent: 'eth1.50' });
    await expect(make(fairlead, 'three', { parent: 'eth1.50', macvlan_mode: 'passthru' })).rejects.toEqual(refused('parent-claimed'));
    await fairlead.networks.remove('one');
    expect(await links()).toContain('eth1.50');
    await fairlead.networks.remove('two');
    expect(await links()).not.toContain('eth1.50');
  });

  it.each<[string, Record<string, string>, string, string]>([
    ['a parent that is not there', { parent: 'eth9' }, 'parent-absent', 'ip link'],
    ['a VLAN of one that is not there', { parent: 'eth9.50' }, 'parent-absent', 'ip link'],
    ['loopback', { parent: 'lo' }, 'parent-unfit', 'ip link'],
    ['a VLAN of loopback', { parent: 'lo.50' }, 'parent-unfit', 'ip link'],
    ['a parent that is down', { parent: 'eth2' }, 'parent-down', 'ip link set eth2 up'],
    ['a VLAN of one that is down', { parent: 'eth2.50' }, 'parent-down', 'ip link set eth2 up'],
    ['one that stands upon another itself', { parent: 'tap0' }, 'parent-unfit', 'ip -d link'],
    ['VLAN 0', { parent: 'eth1.0' }, 'option-invalid', '1 to 4094'],
    ['VLAN 4095', { parent: 'eth1.4095' }, 'option-invalid', '1 to 4094'],
    ['VLAN 050', { parent: 'eth1.050' }, 'option-invalid', '1 to 4094'],
    ['a mode that there is none of', { parent: 'eth1', macvlan_mode: 'brigde' }, 'option-invalid', 'did you mean bridge?'],
    ['an option of another driver', { parent: 'eth1', ipvlan_mode: 'l2' }, 'option-unknown', ''],
    ['a guard, which could not judge', { parent: 'eth1', 'com.fairlead.guard': 'true' }, 'option-unknown', ''],
    ['an MTU that the parent does not carry', { parent: 'eth3', 'com.docker.network.driver.mtu': '1500' }, 'option-invalid', 'leave it out'],
    ['to ask a segment without a parent', { 'com.fairlead.address_check': '300' }, 'option-invalid', 'or name one: -o parent=eth1'],
    ['the host’s access in a mode without it', { parent: 'eth1', macvlan_mode: 'vepa', 'com.fairlead.host_access': 'true' }, 'option-invalid', 'leave one'],
  ])('refuses %s, and nothing is left', async (_, options, code, mend) => {
    const fairlead = await open();
    await expect(make(fairlead, 'lan', options)).rejects.toEqual(refused(code, mend));
    expect(await fairlead.networks.list()).toHaveLength(3);
    expect(await kernel.read()).toEqual([]);
    expect(await fairlead.doctor()).toEqual([]);
  });

  it.each(['eth1', 'eth1.50'])('says at a join that %s has gone since, and lets in again when it is back', async (parent) => {
    const fairlead = await open();
    await make(fairlead, 'lan', { parent }, { ipam: lan });
    await kernel.disturb.deleteLink('eth1');
    const join = () => fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    await expect(join()).rejects.toEqual(refused('parent-absent', 'plug it in, or make it again'));
    expect(await fairlead.sandboxes.list()).toEqual([]);
    await kernel.disturb.addLink('eth1');
    await join();
  });

  it('refuses what nothing of ours could hold to: rates, and where sandboxes may send', async () => {
    const fairlead = await open();
    await expect(make(fairlead, 'lan', { parent: 'eth1' }, { rates: { in: 8000 } })).rejects.toEqual(refused('value-invalid'));
    await expect(make(fairlead, 'lan', { parent: 'eth1' }, { egress: ['none'] })).rejects.toEqual(refused('value-invalid', 'driver bridge'));
  });

  it('refuses an MTU that its parent does not carry while it lives, too, with and without sandboxes', async () => {
    const fairlead = await open();
    await make(fairlead, 'lan', { parent: 'eth3' }, { ipam: lan });
    const mtu = (value: string) => fairlead.networks.update('lan', { options: { 'com.docker.network.driver.mtu': value } });
    await expect(mtu('1500')).rejects.toEqual(refused('option-invalid', 'MTU of their parent'));
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    await expect(mtu('1500')).rejects.toEqual(refused('option-invalid', 'MTU of their parent'));
    expect((await mtu('1300')).options).toMatchObject({ 'com.docker.network.driver.mtu': '1300' });
    expect((await mtu('1400')).options).toMatchObject({ 'com.docker.network.driver.mtu': '1400' });
  });

  it("refuses a sandbox's own rate, which none of its packets would keep to, and leaves it as it was", async () => {
    const fairlead = await open();
    await make(fairlead, 'lan', { parent: 'eth1' }, { ipam: lan });
    const ofNoUse = refused('value-invalid', '--network NAME,rate-in=');
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'lan' }], rates: { in: 8000 } })).rejects.toEqual(ofNoUse);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }], rates: { out: 'none' } });
    await expect(fairlead.sandboxes.update('box', { rates: { out: 8000 } })).rejects.toEqual(ofNoUse);
    expect((await fairlead.sandboxes.get('box')).rates).toEqual({ out: 'none' });
    await fairlead.networks.create({ name: 'web' });
    await fairlead.sandboxes.create({ name: 'limited', networks: [{ network: 'web' }], rates: { in: 8000 } });
    await fairlead.endpoints.create({ name: 'second', network: 'lan' });
    await expect(fairlead.endpoints.join('lan/second', 'limited')).rejects.toEqual(ofNoUse);
    expect((await fairlead.endpoints.get('second')).sandbox).toBeUndefined();
  });

  it('says of a published port that it waits, and why', async () => {
    const fairlead = await open();
    await make(fairlead, 'lan', { parent: 'eth1' }, { ipam: lan });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }], ports: [{ hostPort: 8080, port: 80 }] });
    expect((await kernel.read()).filter(({ kind }) => kind === 'held' || kind === 'element')).toEqual([]);
    expect((await fairlead.explain('sandbox/box')).commands.join('\n')).toContain(
      'network "lan" does not pass this host: others reach the sandbox at its own address',
    );
  });

  it('of mode passthru has one sandbox at a time, with the MAC address of its parent', async () => {
    const fairlead = await open();
    await make(fairlead, 'wire', { parent: 'eth1', macvlan_mode: 'passthru' }, { ipam: lan });
    await expect(make(fairlead, 'other', { parent: 'eth1' })).rejects.toEqual(refused('parent-claimed', 'another link'));
    await expect(fairlead.sandboxes.create({ networks: [{ network: 'wire', mac: '02:00:00:00:00:09' }] })).rejects.toEqual(refused('value-invalid'));
    await fairlead.sandboxes.create({ name: 'one', networks: [{ network: 'wire' }] });
    expect((await fairlead.endpoints.get('one')).mac).toBeUndefined();
    await expect(fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'wire' }] })).rejects.toEqual(refused('network-exclusive'));
    await fairlead.sandboxes.remove('one');
    await fairlead.sandboxes.create({ name: 'two', networks: [{ network: 'wire' }] });
  });

  it('that the host has access to gives it a link, an address of the subnet and a route to each endpoint', async () => {
    const fairlead = await open();
    const config = [...lan.config, { subnet: 'fd01::/64', auxAddresses: { host: 'fd01::77' } }];
    const { id, pools } = await make(fairlead, 'lan', { parent: 'eth1', 'com.fairlead.host_access': 'true' }, { ipam: { config } });
    expect(pools.map(({ aux }) => aux)).toEqual([{ host: '192.0.2.128' }, { host: 'fd01::77' }]);
    const shim = `fh-${id.slice(0, 12)}`;
    const { commands } = await fairlead.explain('network/lan');
    expect(commands.slice(1)).toEqual([
      `ip link set ${shim} addrgenmode none`,
      `ip address add 192.0.2.128/32 dev ${shim}`,
      `ip address add fd01::77/128 dev ${shim} nodad`,
      `sysctl -w net/ipv4/conf/${shim}/arp_ignore=1`,
      `sysctl -w net/ipv4/conf/${shim}/arp_announce=2`,
      `ip link set ${shim} up`,
    ]);
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    const routes = (await kernel.read(['host'])).filter(({ kind }) => kind === 'route');
    expect(routes).toMatchObject([
      { to: '192.0.2.129/32', dev: shim },
      { to: 'fd01::1/128', dev: shim },
    ]);
    await fairlead.sandboxes.remove('box');
    await fairlead.networks.remove('lan');
    expect(await kernel.read()).toEqual([]);
  });

  it('names what a kernel lacks, before anything is made', async () => {
    const fairlead = await open({ lacksLinks: ['macvlan', 'vlan', 'dummy'] });
    await expect(make(fairlead, 'lan', { parent: 'eth1' })).rejects.toEqual(refused('kernel-lacks', 'CONFIG_MACVLAN'));
    await expect(make(fairlead, 'lan', { parent: 'eth1.50' })).rejects.toEqual(refused('kernel-lacks', 'modprobe 8021q'));
    await expect(make(fairlead, 'lan', {})).rejects.toEqual(refused('kernel-lacks', 'CONFIG_DUMMY'));
    expect(await fairlead.networks.list()).toHaveLength(3);
  });

  it('is whole again when its parent was gone and is back', async () => {
    const fairlead = await open();
    await make(fairlead, 'lan', { parent: 'eth1.50' });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    await kernel.disturb.deleteLink('eth1.50');
    await expect.poll(async () => (await fairlead.doctor()).length).toBe(0);
    expect((await kernel.read()).filter(({ kind }) => kind === 'link')).toHaveLength(2);
  });

  it('whose link was made otherwise by somebody is told by how that stands upon its parent', async () => {
    const fairlead = await open();
    await make(fairlead, 'lan', { parent: 'eth1' });
    const { stack } = await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    const link = (await kernel.read()).find((each): each is LinkResource => each.kind === 'link' && each.in === stack) as LinkResource;
    await kernel.apply([{ do: 'change', from: link, to: { ...link, spec: { type: 'macvlan', parent: 'eth3', mode: 'private' } } }]);
    const [{ problem } = { problem: '' }] = (await fairlead.doctor()).filter(({ code }) => code === 'changed');
    expect(problem).toBe(`link eth0 in sandbox "box" is not as it should be: it is macvlan mode private upon eth3, not macvlan mode bridge upon eth1`);
  });

  it.each(['eth1', 'eth1.50'])(
    'upon %s is whole again as soon as somebody’s link that it stands upon is back: nothing is tried before that',
    async (parent) => {
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
      const fairlead = await open();
      await make(fairlead, 'lan', { parent });
      await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
      const before = await kernel.read();
      await kernel.disturb.deleteLink('eth1');
      // The setting by which no router of the wire is heard is gone with the link as well.
      const parts = before.filter(({ kind }) => kind !== 'namespace' && kind !== 'table' && kind !== 'element').length + 1;
      await vi.waitFor(() => expect(errors).toEqual(['something could not be mended; fairlead doctor names it']));
      expect((await fairlead.doctor()).filter(({ code }) => code === 'missing')).toHaveLength(parts);
      await kernel.disturb.addLink('eth7');
      await kernel.disturb.addLink('eth1');
      await vi.waitFor(async () => expect(await fairlead.doctor()).toEqual([]));
      expect(new Set(await kernel.read())).toEqual(new Set(before));
    },
  );
});

describe('an ipvlan network', () => {
  const ipvlan = (fairlead: Fairlead, name: string, options: Record<string, string>) =>
    fairlead.networks.create({ name, driver: 'ipvlan', options, ipam: lan });

  it('has its modes and flags, no MAC addresses, and in l3 no gateway', async () => {
    const fairlead = await open();
    await ipvlan(fairlead, 'lan', { parent: 'eth1', ipvlan_mode: 'l3s', ipvlan_flag: 'private' });
    await fairlead.sandboxes.create({ name: 'box', networks: [{ network: 'lan' }] });
    const { commands } = await fairlead.explain('endpoint/box');
    expect(commands[0]).toMatch(/^ip link add link eth1 name fl-eth0 netns \S+ type ipvlan mode l3s private$/);
    expect(commands.at(-1)).toMatch(/route add default dev eth0 protocol 250$/);
    expect((await fairlead.endpoints.get('box')).mac).toBeUndefined();
  });

  it('shares a parent with those that are alike, and with no macvlan', async () => {
    const fairlead = await open();
    await fairlead.networks.create({ name: 'one', driver: 'ipvlan', options: { parent: 'eth1' } });
    await fairlead.networks.create({ name: 'two', driver: 'ipvlan', options: { parent: 'eth1', ipvlan_mode: 'l2' } });
    const claimed = expect.objectContaining({ code: 'parent-claimed', message: expect.stringContaining('network "one" (ipvlan l2 bridge)') });
    await expect(ipvlan(fairlead, 'three', { parent: 'eth1', ipvlan_mode: 'l3' })).rejects.toEqual(claimed);
    await expect(make(fairlead, 'three', { parent: 'eth1' })).rejects.toEqual(claimed);
    await expect(ipvlan(fairlead, 'three', { parent: 'eth1', ipvlan_flag: 'privat' })).rejects.toEqual(refused('option-invalid', 'did you mean private?'));
    const asks = { parent: 'eth2', ipvlan_mode: 'l3', 'com.fairlead.address_check': '300' };
    await expect(ipvlan(fairlead, 'three', asks)).rejects.toMatchObject({
      code: 'option-invalid',
      values: { reason: expect.stringContaining('in this mode') },
    });
    await make(fairlead, 'three', { parent: 'eth1.7' });
  });

  it('names what a kernel lacks', async () => {
    const fairlead = await open({ lacksLinks: ['ipvlan'] });
    await expect(ipvlan(fairlead, 'lan', { parent: 'eth1' })).rejects.toEqual(
      refused('kernel-lacks', 'modprobe ipvlan; a kernel built without CONFIG_IPVLAN has none'),
    );
  });
});
