import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.js';
import type { LinkSeen } from '../../../src/resource/survey.js';
import type { PortVlan, Resource, Stack } from '../../../src/resource/resource.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost, turn } from './host.js';
import { address, behind, bridge, mac, namespace, neighbour, plugged, route, sysctl, up, veth } from './shapes.js';

/** The link of that name in a stack, as anybody sees it. */
async function seen(kernel: Kernel, stack: Stack, name: string): Promise<LinkSeen | undefined> {
  return (await kernel.survey(stack)).links.find((each) => each.name === name);
}

export function linksConform(open: Open): void {
  describe('links', () => {
    const shared = sharedHost(open);

    it('count what passes them', async () => {
      const { kernel } = shared;
      await make(kernel, plugged('ns/a', 'fla'));
      const counted = await kernel.traffic('ns/a');
      expect(counted.map(({ name }) => name).sort()).toEqual(['eth0', 'lo']);
      for (const { received, sent } of counted)
        for (const way of [received, sent]) expect(Object.values(way).every((count) => Number.isSafeInteger(count))).toBe(true);
      await expect(kernel.traffic('ns/absent')).rejects.toMatchObject({ code: 'kernel-absent' });
    });

    it('are bridges', async () => {
      const { kernel } = shared;
      await make(kernel, [bridge('flbr')]);
      await expectRead(kernel, [bridge('flbr')]);
      expect(await seen(kernel, 'host', 'flbr')).toMatchObject({ type: 'bridge', up: false, mac: mac(1), mtu: 1500, ours: true });
      await settle(kernel, [remove(bridge('flbr'))]);
      await expectRead(kernel, []);
      expect(await seen(kernel, 'host', 'flbr')).toBeUndefined();
    });

    it('may be too small for IPv6', async () => {
      const { kernel } = shared;
      const all = [
        bridge('flbr', { mtu: 1000 }),
        up('host', 'flbr'),
        namespace('ns/a'),
        veth('fla', { in: 'ns/a', name: 'eth0' }, { mtu: 1000, master: 'flbr' }),
      ];
      await make(kernel, all);
      await expectRead(kernel, all);
    });

    it('are veths with their other end in a namespace', async () => {
      const { kernel } = shared;
      const link = veth('fla', { in: 'ns/a', name: 'eth0', mac: mac(77) }, { mtu: 1400, mac: mac(78), master: 'flbr' });
      const others = [namespace('ns/a'), bridge('flbr', { mtu: 1400 })];
      await make(kernel, [...others, link]);
      await expectRead(kernel, [...others, link]);
      expect(await seen(kernel, 'host', 'fla')).toMatchObject({ type: 'veth', up: false, mac: mac(78), mtu: 1400, master: 'flbr', ours: true });
      expect(await seen(kernel, 'ns/a', 'eth0')).toMatchObject({ type: 'veth', up: false, mac: mac(77), mtu: 1400 });
    });

    it('are made again where a veth has lost its mark, and leave all the same', async () => {
      const { kernel } = shared;
      const all = plugged('ns/a', 'fla');
      const isLink = ({ kind }: Resource) => kind === 'link';
      await make(kernel, all);
      await shared.host.disturb.unmark('fla');
      await make(
        kernel,
        all.filter(({ kind }) => kind !== 'namespace'),
      );
      await expectRead(kernel, all);
      await shared.host.disturb.unmark('fla');
      await settle(kernel, all.filter(isLink).map(remove));
      for (const [stack, name] of [
        ['host', 'fla'],
        ['ns/a', 'eth0'],
      ] as const)
        expect(await seen(kernel, stack, name)).toBeUndefined();
    });

    it('are veths between two namespaces, and within the host', async () => {
      const { kernel } = shared;
      const all = [namespace('ns/a'), namespace('ns/b'), veth('eth0', { in: 'ns/b', name: 'eth0' }, { in: 'ns/a' }), veth('fl1', { in: 'host', name: 'fl2' })];
      await make(kernel, all);
      await expectRead(kernel, all);
      await turn(kernel, all, all.slice(0, 2));
      await expectRead(kernel, all.slice(0, 2));
    });

    it('are read as they were asked for: what was left to the kernel is left out', async () => {
      const { kernel } = shared;
      const plain = { kind: 'link', in: 'host', name: 'flbr', spec: { type: 'bridge' } } as const;
      const bare = { kind: 'link', in: 'host', name: 'fla', spec: { type: 'veth', peer: { in: 'ns/a', name: 'eth0' } } } as const;
      await make(kernel, [namespace('ns/a'), plain, bare]);
      await expectRead(kernel, [namespace('ns/a'), plain, bare]);
      expect(await seen(kernel, 'host', 'fla')).toMatchObject({ mtu: 1500, mac: expect.stringMatching(/^([\da-f]{2}:){5}[\da-f]{2}$/) });
    });

    it('have a name of their own in their stack, other ends included', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a'), veth('fla', { in: 'ns/a', name: 'eth0' })]);
      await expectRefused(kernel, create(bridge('fla')), 'kernel-exists');
      await expectRefused(kernel, create(veth('fla', { in: 'ns/a', name: 'eth1' })), 'kernel-exists');
      await expectRefused(kernel, create(veth('flb', { in: 'ns/a', name: 'eth0' })), 'kernel-exists');
      await expectRefused(kernel, create(veth('flb', { in: 'host', name: 'fla' })), 'kernel-exists');
      await expectRefused(kernel, create(bridge('lo')), 'kernel-exists');
      await settle(kernel, [create(veth('eth0', { in: 'ns/a', name: 'fla' }))]);
    });

    it('have a name that a link can have', async () => {
      const { kernel } = shared;
      for (const name of ['sixteen-letters-', 'a/b', 'a b', 'a:b', '', '..']) await expectRefused(kernel, create(bridge(name)), 'kernel-refused');
    });

    it('are not made where their master is absent or no bridge', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a'), veth('flx', { in: 'ns/a', name: 'x' })]);
      await expectRefused(kernel, create(veth('fla', { in: 'ns/a', name: 'eth0' }, { master: 'flnone' })), 'kernel-absent');
      await expectRefused(kernel, create(veth('fla', { in: 'ns/a', name: 'eth0' }, { master: 'flx' })), 'kernel-lacks', 'kernel-refused');
    });

    it('take the other end with them', async () => {
      const { kernel } = shared;
      const all = [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', '10.1.0.2/24')];
      await make(kernel, all);
      await settle(kernel, [remove(veth('fla', { in: 'ns/a', name: 'eth0' }))]);
      await expectRead(kernel, [namespace('ns/a')]);
      expect(await seen(kernel, 'ns/a', 'eth0')).toBeUndefined();
    });

    it('are deleted already when they are gone', async () => {
      const { kernel } = shared;
      await settle(kernel, [remove(bridge('flnone')), remove(up('host', 'flnone'))]);
      await expectRead(kernel, []);
    });

    it('can be made again under their name at once', async () => {
      const { kernel } = shared;
      const all = plugged('ns/a', 'fla');
      for (let round = 0; round < 3; round++) {
        await make(kernel, all);
        await kernel.apply([remove(all[1])]);
        await kernel.apply([create(all[1]), create(all[2]), create(all[3])]);
        await expectRead(kernel, all);
        await kernel.apply([remove(all[0])]);
      }
    });
  });

  describe('changes of a link', () => {
    const shared = sharedHost(open);

    it('set its MTU and MAC address in place', async () => {
      const { kernel } = shared;
      const before = [...plugged('ns/a', 'fla'), address('host', 'fla', '10.1.0.1/24')];
      const link = veth('fla', { in: 'ns/a', name: 'eth0' }, { mtu: 1400, mac: mac(99) });
      await make(kernel, before);
      const index = (await seen(kernel, 'host', 'fla'))?.index;
      await settle(kernel, [change(before[1] ?? link, link)]);
      await expectRead(
        kernel,
        before.map((each) => (each.kind === 'link' ? link : each)),
      );
      expect(await seen(kernel, 'host', 'fla')).toMatchObject({ index, mtu: 1400, mac: mac(99) });
    });

    it('reach the other end of a veth', async () => {
      const { kernel } = shared;
      const ns = namespace('ns/a');
      const [from, to] = [veth('fla', { in: 'ns/a', name: 'eth0', mac: mac(70) }), veth('fla', { in: 'ns/a', name: 'eth0', mac: mac(71) }, { mtu: 1400 })];
      await make(kernel, [ns, from]);
      await settle(kernel, [change(from, to)]);
      await expectRead(kernel, [ns, to]);
      expect(await seen(kernel, 'ns/a', 'eth0')).toMatchObject({ mtu: 1400, mac: mac(71) });
    });

    it('isolate a port of a bridge from others, and open it again', async () => {
      const { kernel } = shared;
      const [ns, br] = [namespace('ns/a'), bridge('flbr')];
      const open = veth('fla', { in: 'ns/a', name: 'eth0' }, { master: 'flbr' });
      const isolated = { ...open, isolated: true } as const;
      await make(kernel, [ns, br, isolated]);
      await expectRead(kernel, [ns, br, isolated]);
      await settle(kernel, [change(isolated, open)]);
      await expectRead(kernel, [ns, br, open]);
      await settle(kernel, [change(open, isolated)]);
      await expectRead(kernel, [ns, br, isolated]);
    });

    it('let a port send frames back where they came from', async () => {
      const { kernel } = shared;
      const [ns, br] = [namespace('ns/a'), bridge('flbr')];
      const plain = veth('fla', { in: 'ns/a', name: 'eth0' }, { master: 'flbr' });
      const hairpin = { ...plain, hairpin: true } as const;
      await make(kernel, [ns, br, hairpin]);
      await expectRead(kernel, [ns, br, hairpin]);
      await settle(kernel, [change(hairpin, plain)]);
      await expectRead(kernel, [ns, br, plain]);
      await settle(kernel, [change(plain, { ...hairpin, isolated: true })]);
      await expectRead(kernel, [ns, br, { ...hairpin, isolated: true }]);
    });

    it('tell a port what is behind it, instead of letting it learn', async () => {
      const { kernel } = shared;
      const base = [namespace('ns/a'), bridge('flbr')] as const;
      const [learns, other] = [veth('fla', { in: 'ns/a', name: 'eth0' }, { master: 'flbr' }), veth('flb', { in: 'ns/a', name: 'eth1' }, { master: 'flbr' })];
      const [told, alsoTold] = [{ ...learns, told: true } as const, { ...other, told: true } as const];
      const [here, there] = [behind('host', 'fla', 20), behind('host', 'flb', 20)];
      await make(kernel, [...base, told, alsoTold, here]);
      await expectRead(kernel, [...base, told, alsoTold, here]);
      expect(await kernel.look([told])).toContainEqual(here);
      // An address is behind one port: the last that was told, and its entry outlives that of the other.
      await settle(kernel, [create(there), create(there)]);
      await expectRead(kernel, [...base, told, alsoTold, there]);
      await settle(kernel, [remove(here)]);
      await expectRead(kernel, [...base, told, alsoTold, there]);
      await settle(kernel, [remove(there), remove(there), change(told, learns)]);
      await expectRead(kernel, [...base, learns, alsoTold]);
      await settle(kernel, [change(learns, { ...told, hairpin: true }), create(here), remove(told)]);
      await expectRead(kernel, [...base, alsoTold]);
    });

    it('let packets of 127.0.0.0/8 pass a bridge', async () => {
      const { kernel } = shared;
      const [plain, local] = [bridge('flbr'), bridge('flbr', { localnet: true })];
      const setting = sysctl('host', 'net/ipv4/conf/flbr/route_localnet', '');
      await make(kernel, [local]);
      await expectRead(kernel, [local]);
      expect(await kernel.was([setting])).toEqual([{ value: '1' }]);
      await settle(kernel, [change(local, plain)]);
      await expectRead(kernel, [plain]);
      expect(await kernel.was([setting])).toEqual([{ value: '0' }]);
      await settle(kernel, [change(plain, local)]);
      await expectRead(kernel, [local]);
    });

    it('let frames of LLDP through a bridge', async () => {
      const { kernel } = shared;
      const [plain, open] = [bridge('flbr'), bridge('flbr', { lldp: true })];
      await make(kernel, [open]);
      await expectRead(kernel, [open]);
      await settle(kernel, [change(open, plain)]);
      await expectRead(kernel, [plain]);
      await settle(kernel, [change(plain, open)]);
      await expectRead(kernel, [open]);
    });

    it('take frames that are for others', async () => {
      const { kernel } = shared;
      const [plain, open] = [bridge('flbr'), bridge('flbr', { promiscuous: true })];
      await make(kernel, [open, up('host', 'flbr')]);
      await expectRead(kernel, [open, up('host', 'flbr')]);
      await settle(kernel, [change(open, plain)]);
      await expectRead(kernel, [plain, up('host', 'flbr')]);
      await settle(kernel, [change(plain, open)]);
      await expectRead(kernel, [open, up('host', 'flbr')]);
    });

    it('sort frames by VLAN, each port in its own, or say what the kernel lacks for that', async () => {
      const { kernel } = shared;
      const own = { from: 50, to: 50, untagged: true, pvid: true } as const;
      const port = (vlans?: readonly PortVlan[]) => veth('fla', { in: 'ns/a', name: 'eth0' }, { master: 'flbr', ...(vlans && { vlans }) });
      const [ns, plain, sorting] = [namespace('ns/a'), bridge('flbr'), bridge('flbr', { vlans: [own] })];
      try {
        await make(kernel, [ns, sorting, port([{ from: 1, to: 1, untagged: true }, own])]);
      } catch (error) {
        expect(error).toMatchObject({ code: 'kernel-lacks', mend: expect.stringContaining('CONFIG_BRIDGE_VLAN_FILTERING') });
        return;
      }
      await expectRead(kernel, [ns, sorting, port([{ from: 1, to: 1, untagged: true }, own])]);
      const trunk = [
        { from: 7, to: 7 },
        { from: 100, to: 200 },
      ];
      await settle(kernel, [change(port([own]), port(trunk))]);
      await expectRead(kernel, [ns, sorting, port(trunk)]);
      expect(await kernel.look([port(trunk)])).toContainEqual(port(trunk));
      await settle(kernel, [change(port(trunk), port()), change(sorting, plain)]);
      await expectRead(kernel, [ns, plain, port()]);
      await settle(kernel, [change(plain, sorting), change(port(), port([]))]);
      await expectRead(kernel, [ns, sorting, port([])]);
    });

    it('give back the usual MTU when none is asked for any more', async () => {
      const { kernel } = shared;
      const plain = { kind: 'link', in: 'host', name: 'flbr', spec: { type: 'bridge' }, mac: mac(1) } as const;
      await make(kernel, [{ ...plain, mtu: 1400 }]);
      await settle(kernel, [change({ ...plain, mtu: 1400 }, plain)]);
      await expectRead(kernel, [plain]);
      expect(await seen(kernel, 'host', 'flbr')).toMatchObject({ mtu: 1500 });
    });

    it('make another link where this one cannot become it', async () => {
      const { kernel } = shared;
      const [ns, other] = [namespace('ns/a'), namespace('ns/b')];
      const [from, to] = [veth('fla', { in: 'ns/a', name: 'eth0' }), veth('fla', { in: 'ns/b', name: 'eth1' })];
      await make(kernel, [ns, other, from]);
      await settle(kernel, [change(from, to)]);
      await expectRead(kernel, [ns, other, to]);
      await settle(kernel, [change(to, bridge('fla'))]);
      await expectRead(kernel, [ns, other, bridge('fla')]);
    });

    it('move a port to another bridge, and to none', async () => {
      const { kernel } = shared;
      const others = [namespace('ns/a'), bridge('flbr1'), bridge('flbr2')];
      const on = (master?: string) => veth('fla', { in: 'ns/a', name: 'eth0' }, master === undefined ? {} : { master });
      await make(kernel, [...others, on('flbr1')]);
      await settle(kernel, [change(on('flbr1'), on('flbr2'))]);
      await expectRead(kernel, [...others, on('flbr2')]);
      await settle(kernel, [change(on('flbr2'), on())]);
      await expectRead(kernel, [...others, on()]);
      await settle(kernel, [change(on(), on('flbr1'))]);
      await expectRead(kernel, [...others, on('flbr1')]);
      await expectRefused(kernel, change(on('flbr1'), on('flnone')), 'kernel-absent');
    });

    it('need the link', async () => {
      await expectRefused(shared.kernel, change(bridge('flbr'), bridge('flbr', { mtu: 1400 })), 'kernel-absent');
    });
  });

  describe('what is up', () => {
    const shared = sharedHost(open);

    it('is up at both ends, one by one', async () => {
      const { kernel } = shared;
      const [ns, link, hostUp, insideUp] = plugged('ns/a', 'fla');
      await make(kernel, [ns, link, insideUp]);
      await expectRead(kernel, [ns, link, insideUp]);
      expect([(await seen(kernel, 'host', 'fla'))?.up, (await seen(kernel, 'ns/a', 'eth0'))?.up]).toEqual([false, true]);
      await turn(kernel, [insideUp], [hostUp]);
      expect([(await seen(kernel, 'host', 'fla'))?.up, (await seen(kernel, 'ns/a', 'eth0'))?.up]).toEqual([true, false]);
      await expectRead(kernel, [ns, link, hostUp]);
    });

    it('needs its link', async () => {
      await expectRefused(shared.kernel, create(up('host', 'flnone')), 'kernel-absent');
    });

    it('keeps its IPv4 addresses when it goes down, and loses routes, neighbours and IPv6 addresses', async () => {
      const { kernel } = shared;
      const [ns, link, hostUp, insideUp] = plugged('ns/a', 'fla');
      const kept = [ns, link, hostUp, address('ns/a', 'eth0', '10.1.0.2/24')];
      const lost = [
        address('ns/a', 'eth0', 'fd01::2/64'),
        route('ns/a', 'default', 'eth0', { via: '10.1.0.1' }),
        route('ns/a', 'default', 'eth0', { via: 'fd01::1' }),
        neighbour('ns/a', 'eth0', '10.1.0.1', 9),
      ];
      await make(kernel, [...kept, insideUp, ...lost]);
      await expectRead(kernel, [...kept, insideUp, ...lost]);
      await settle(kernel, [remove(insideUp)]);
      await expectRead(kernel, kept);
    });
  });
}
