import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.js';
import { LINK_MODULES } from '../../../src/resource/link-module.js';
import type { LinkKind, LinkResource, Resource, Stack, UpperSpec } from '../../../src/resource/resource.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';
import { told } from './told.js';
import { address, bridge, dummy, mac, namespace, route, up, upper, veth } from './shapes.js';

const macvlan = (mode: 'bridge' | 'private' | 'vepa' | 'passthru', parent = 'flp'): UpperSpec => ({ type: 'macvlan', parent, mode });
const ipvlan = (mode: 'l2' | 'l3' | 'l3s', flag: 'bridge' | 'private' | 'vepa' = 'bridge'): UpperSpec => ({ type: 'ipvlan', parent: 'flp', mode, flag });
const vlan = (id: number): UpperSpec => ({ type: 'vlan', parent: 'flp', id });

/** A link of the host's that others can stand upon, up, its other end in a namespace. */
const parent = [namespace('ns/p'), veth('flp', { in: 'ns/p', name: 'eth0' }), up('host', 'flp'), up('ns/p', 'eth0')] as const;

/** A link of the kind, what it needs, and a second where the kernel lacks the kind: that is refused, by the name of its module. */
async function having(kernel: Kernel, kind: LinkKind, link: LinkResource, then: () => Promise<void>): Promise<void> {
  if (!(await kernel.lacks()).includes(kind)) return then();
  await expectRefused(kernel, create(link), 'kernel-lacks');
  const { option, module } = LINK_MODULES[kind];
  await expect(kernel.apply([create(link)])).rejects.toMatchObject({ mend: expect.stringMatching(new RegExp(`${module}.*${option}`)) });
}

export function uppersConform(open: Open): void {
  describe('the kinds of links', () => {
    const shared = sharedHost(open);

    it('that a kernel lacks are asked for without making any', async () => {
      const { kernel } = shared;
      const before = await kernel.survey('host');
      const lacking = await kernel.lacks();
      expect(lacking.filter((each) => !Object.hasOwn(LINK_MODULES, each) || ['veth', 'bridge'].includes(each))).toEqual([]);
      expect(await kernel.lacks()).toEqual(lacking);
      expect(await kernel.survey('host')).toEqual(before);
    });
  });

  describe('links upon another', () => {
    const shared = sharedHost(open);
    const inside = (kernel: Kernel, stack: Stack, name = 'eth0') => kernel.survey(stack).then(({ links }) => links.find((link) => link.name === name));

    it('are made in the namespace of a sandbox, and read as they were asked for', async () => {
      const { kernel } = shared;
      const link = upper('ns/a', 'eth0', macvlan('bridge'));
      const all: readonly Resource[] = [
        ...parent,
        namespace('ns/a'),
        link,
        up('ns/a', 'eth0'),
        address('ns/a', 'eth0', '10.9.0.2/24'),
        address('ns/a', 'eth0', 'fd09::2/64'),
        // Of its MAC address: nothing has made it before.
        address('ns/a', 'eth0', 'fe80::64:ff:fe00:6/64'),
        route('ns/a', 'default', 'eth0', { via: '10.9.0.1' }),
      ];
      await make(kernel, all);
      await expectRead(kernel, all);
      expect(await kernel.look([link])).toContainEqual(link);
      expect(await inside(kernel, 'ns/a')).toMatchObject({ type: 'macvlan', up: true, mac: mac(6), mtu: 1500, ours: true });
      expect((await kernel.survey('host')).links.map(({ name }) => name)).not.toContain('eth0');
      await settle(kernel, [remove(link)]);
      await expectRead(kernel, all.slice(0, 5));
    });

    it('stay where they are to be made anew upon one that is not there', async () => {
      const { kernel } = shared;
      const link = upper('host', 'fle', macvlan('bridge'));
      await make(kernel, [...parent, link]);
      await expectRefused(kernel, change(link, { ...link, spec: macvlan('bridge', 'flgone') }), 'kernel-absent');
      await expectRead(kernel, [...parent, link]);
    });

    it('have the name of a link of the host, and every mode', async () => {
      const { kernel } = shared;
      const modes = (['bridge', 'private', 'vepa'] as const).map((mode, index) => upper('ns/a', `eth${index}`, macvlan(mode), { mac: mac(20 + index) }));
      const host = upper('host', 'eth0', macvlan('bridge'), { mac: mac(30) });
      await make(kernel, [...parent, namespace('ns/a'), host, ...modes]);
      await expectRead(kernel, [...parent, namespace('ns/a'), host, ...modes]);
    });

    it('have the MTU of their parent, or less', async () => {
      const { kernel } = shared;
      const [ns, link] = [veth('flp', { in: 'ns/p', name: 'eth0' }, { mtu: 1400 }), upper('ns/a', 'eth0', macvlan('bridge'))];
      await make(kernel, [namespace('ns/p'), namespace('ns/a'), ns, link]);
      await expectRead(kernel, [namespace('ns/p'), namespace('ns/a'), ns, link]);
      expect(await inside(kernel, 'ns/a')).toMatchObject({ mtu: 1400 });
      const small = { ...link, mtu: 1300 };
      await settle(kernel, [change(link, small)]);
      await expectRead(kernel, [namespace('ns/p'), namespace('ns/a'), ns, small]);
      await settle(kernel, [change(small, link)]);
      expect(await inside(kernel, 'ns/a')).toMatchObject({ mtu: 1400 });
      await expectRefused(kernel, create(upper('ns/a', 'eth1', macvlan('bridge'), { mtu: 1500 })), 'kernel-refused');
    });

    it('of passthru have their parent for themselves, with its MAC address', async () => {
      const { kernel } = shared;
      const link = upper('ns/a', 'eth0', macvlan('passthru'));
      await make(kernel, [...parent, namespace('ns/a'), link]);
      await expectRead(kernel, [...parent, namespace('ns/a'), link]);
      await expectRefused(kernel, create(upper('ns/a', 'eth1', macvlan('bridge'))), 'kernel-refused');
      await settle(kernel, [remove(link)]);
      const shares = upper('ns/a', 'eth0', macvlan('bridge'));
      await make(kernel, [shares]);
      await expectRefused(kernel, create(upper('ns/a', 'eth1', macvlan('passthru'))), 'kernel-refused');
      await settle(kernel, [change(shares, { ...shares, spec: macvlan('private') })]);
      await expectRead(kernel, [...parent, namespace('ns/a'), { ...shares, spec: macvlan('private') }]);
    });

    it('need a parent that can be one, whether it is up or not', async () => {
      const { kernel } = shared;
      const [ns, down] = [namespace('ns/a'), veth('flp', { in: 'ns/a', name: 'p' }, { mac: mac(40) })];
      await make(kernel, [ns, bridge('flbr'), down, veth('flport', { in: 'ns/a', name: 'q' }, { master: 'flbr', mac: mac(41) })]);
      await expectRefused(kernel, create(upper('ns/a', 'eth0', macvlan('bridge', 'flnone'))), 'kernel-absent');
      await expectRefused(kernel, create(upper('ns/a', 'eth0', macvlan('bridge', 'lo'))), 'kernel-refused');
      await expectRefused(kernel, create(upper('ns/a', 'eth0', macvlan('bridge', 'flport'))), 'kernel-refused');
      await settle(kernel, [create(upper('ns/a', 'eth0', macvlan('bridge'))), create(up('ns/a', 'eth0'))]);
      await expectRefused(kernel, create(upper('ns/none', 'eth0', macvlan('bridge'))), 'kernel-absent');
    });

    it('end with their parent, and whoever watches is told', async () => {
      const { kernel } = shared;
      const link = upper('ns/a', 'eth0', macvlan('bridge'));
      await make(kernel, [...parent, namespace('ns/a'), link, up('ns/a', 'eth0')]);
      expect(await told(kernel, link, () => shared.host.disturb.deleteLink('flp'))).toContain('link ns/a eth0');
      await expectRead(kernel, [namespace('ns/p'), namespace('ns/a')]);
    });

    it('that stand upon a link of others are told of it when it has its carrier again', async () => {
      const { kernel, host } = shared;
      const link = upper('ns/a', 'eth0', macvlan('bridge'));
      await make(kernel, [...parent, namespace('ns/a'), link, up('ns/a', 'eth0')]);
      await host.disturb.unmark('flp');
      try {
        await told(kernel, up('host', 'flp'), () => host.disturb.replug('flp'));
      } finally {
        await host.disturb.deleteLink('flp');
      }
    });

    it('that lack their parent are told of it when it comes, and of no other', async () => {
      const { kernel, host } = shared;
      const link = upper('ns/a', 'eth0', macvlan('bridge', 'lan0'));
      await make(kernel, [namespace('ns/a')]);
      await expectRefused(kernel, create(link), 'kernel-absent');
      try {
        const keys = await told(kernel, { kind: 'link', in: 'host', name: 'lan0', spec: { type: 'bridge' } }, async () => {
          await host.disturb.addLink('other0');
          await host.disturb.addLink('lan0');
        });
        expect([...keys]).toEqual(['link host lan0']);
        await make(kernel, [link]);
        await expectRead(kernel, [namespace('ns/a'), link]);
      } finally {
        for (const name of ['other0', 'lan0']) await host.disturb.deleteLink(name);
      }
    });

    it('of ipvlan have the MAC address of their parent, and share it with no macvlan', async () => {
      const { kernel } = shared;
      const link = upper('ns/a', 'eth0', ipvlan('l3s', 'private'));
      await make(kernel, [...parent, namespace('ns/a')]);
      await having(kernel, 'ipvlan', link, async () => {
        await make(kernel, [link, up('ns/a', 'eth0')]);
        await expectRead(kernel, [...parent, namespace('ns/a'), link, up('ns/a', 'eth0')]);
        await expectRefused(kernel, create(upper('ns/a', 'eth1', macvlan('bridge'))), 'kernel-refused');
        await settle(kernel, [change(link, { ...link, spec: ipvlan('l2') })]);
        await expectRead(
          kernel,
          [...parent, namespace('ns/a'), { ...link, spec: ipvlan('l2') }, up('ns/a', 'eth0')].filter(({ kind }, at) => kind !== 'up' || at < 4),
        );
      });
    });

    it('may be VLANs, which are parents of others', async () => {
      const { kernel } = shared;
      const link = upper('host', 'flp.50', vlan(50));
      await make(kernel, parent);
      await having(kernel, 'vlan', link, async () => {
        const above = upper('ns/a', 'eth0', macvlan('bridge', 'flp.50'));
        const all = [link, up('host', 'flp.50'), namespace('ns/a'), above, up('ns/a', 'eth0')];
        await make(kernel, all);
        await expectRead(kernel, [...parent, ...all]);
        await expectRefused(kernel, create(upper('host', 'flp.again', vlan(50))), 'kernel-exists');
        await settle(kernel, [remove(up('host', 'flp')), create(upper('host', 'flp.51', vlan(51)))]);
        await expectRefused(kernel, create(up('host', 'flp.51')), 'kernel-refused');
      });
    });

    it('may stand upon one that leads nowhere', async () => {
      const { kernel } = shared;
      await having(kernel, 'dummy', dummy('fld'), async () => {
        const all = [dummy('fld'), up('host', 'fld'), namespace('ns/a'), upper('ns/a', 'eth0', macvlan('bridge', 'fld')), up('ns/a', 'eth0')];
        await make(kernel, all);
        await expectRead(kernel, all);
      });
    });
  });
}
