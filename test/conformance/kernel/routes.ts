import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../src/resource/resource.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost, turn } from './host.js';
import { address, bridge, mac, namespace, plugged, route, up, veth } from './shapes.js';

const families = [
  { family: 4, own: '10.1.0.2/24', gateway: '10.1.0.1', other: '10.1.0.9', away: '10.7.0.1', net: '10.8.0.0/16', beyond: '10.8.0.1', far: '10.9.0.0/16' },
  { family: 6, own: 'fd01::2/64', gateway: 'fd01::1', other: 'fd01::9', away: 'fd07::1', net: 'fd08::/64', beyond: 'fd08::1', far: 'fd09::/64' },
] as const;

export function routesConform(open: Open): void {
  describe.each(families)('routes of IPv$family', ({ family, own, gateway, other, away, net, beyond, far }) => {
    const shared = sharedHost(open);
    const base: readonly Resource[] = [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', own)];
    const byDefault = route('ns/a', 'default', 'eth0', { via: gateway });
    const byLink = route('ns/a', net, 'eth0');

    it('are made, read back and deleted', async () => {
      const { kernel } = shared;
      const routes = [byDefault, byLink, route('ns/a', far, 'eth0', { via: gateway, metric: 77 })];
      await make(kernel, [...base, ...routes]);
      await expectRead(kernel, [...base, ...routes]);
      expect((await kernel.survey('ns/a')).routes).toContainEqual(expect.objectContaining({ family, to: 'default', via: gateway, dev: 'eth0', protocol: 250 }));
      await settle(kernel, routes.map(remove));
      await expectRead(kernel, base);
    });

    it('differ by metric', async () => {
      const { kernel } = shared;
      const routes = [
        byDefault,
        route('ns/a', 'default', 'eth0', { via: gateway, metric: 2000 }),
        route('ns/a', 'default', 'eth0', { via: other, metric: 3000 }),
      ];
      await make(kernel, [...base, ...routes]);
      await expectRead(kernel, [...base, ...routes]);
    });

    it('name the source of what goes by them: an address of this stack', async () => {
      const { kernel } = shared;
      const [source = ''] = own.split('/');
      const named = route('ns/a', net, 'eth0', { source });
      await make(kernel, [...base, named]);
      await expectRead(kernel, [...base, named]);
      await settle(kernel, [change(named, byLink)]);
      await expectRead(kernel, [...base, byLink]);
      await expectRefused(kernel, create(route('ns/a', far, 'eth0', { source: other })), 'kernel-refused');
    });

    it('are one of a kind, whatever their gateway', async () => {
      const { kernel } = shared;
      await make(kernel, [...base, byDefault]);
      await expectRefused(kernel, create(byDefault), 'kernel-exists');
      await expectRefused(kernel, create(route('ns/a', 'default', 'eth0', { via: other })), 'kernel-exists');
    });

    it('need a gateway on their link', async () => {
      const { kernel } = shared;
      await make(kernel, base);
      await expectRefused(kernel, create(route('ns/a', 'default', 'eth0', { via: away })), 'kernel-absent');
      await settle(kernel, [create(byLink), create(route('ns/a', 'default', 'eth0', { via: beyond }))]);
    });

    it('need their link', async () => {
      await expectRefused(shared.kernel, create(route('host', net, 'flnone')), 'kernel-absent');
    });

    it('need it up', async () => {
      const { kernel } = shared;
      await make(
        kernel,
        base.filter(({ kind }) => kind !== 'up'),
      );
      await expectRefused(kernel, create(byLink), 'kernel-refused');
      await expectRefused(kernel, create(byDefault), 'kernel-absent', 'kernel-refused');
    });

    it('change their gateway in place', async () => {
      const { kernel } = shared;
      const changed = route('ns/a', 'default', 'eth0', { via: other });
      await make(kernel, [...base, byDefault]);
      await settle(kernel, [change(byDefault, changed)]);
      await expectRead(kernel, [...base, changed]);
      await expectRefused(kernel, change(changed, route('ns/a', 'default', 'eth0', { via: away })), 'kernel-absent');
    });

    it('change their link in place', async () => {
      const { kernel } = shared;
      const second: readonly Resource[] = [veth('flb', { in: 'ns/a', name: 'eth1' }), up('ns/a', 'eth1'), up('host', 'flb')];
      const changed = route('ns/a', net, 'eth1');
      await make(kernel, [...base, ...second, byLink]);
      await settle(kernel, [change(byLink, changed)]);
      await expectRead(kernel, [...base, ...second, changed]);
      await settle(kernel, [remove(base[1] ?? changed)]);
      await expectRead(kernel, [namespace('ns/a'), ...second, changed]);
    });

    it('go with their link', async () => {
      const { kernel } = shared;
      await make(kernel, [...base, byDefault, byLink]);
      await turn(kernel, [...base, byDefault, byLink], [namespace('ns/a')]);
      await expectRead(kernel, [namespace('ns/a')]);
    });

    it('are deleted already when they are gone', async () => {
      const { kernel } = shared;
      await make(kernel, base);
      await settle(kernel, [remove(byDefault), remove(byLink), remove(route('ns/a', net, 'none'))]);
      await expectRead(kernel, base);
    });
  });

  describe('local routes', () => {
    const shared = sharedHost(open);
    const local = (dev: string) => route('host', '::1/128', dev, { metric: 2048, local: true });
    const bridges = ['flbr1', 'flbr2'].flatMap((name, index) => [
      bridge(name, { mac: mac(0x30 + index) }),
      address('host', name, `fd0${index}::1/64`),
      up('host', name),
    ]);

    it('let an address of the host in by each of several links', async () => {
      const { kernel } = shared;
      await make(kernel, [...bridges, local('flbr1'), local('flbr2')]);
      await expectRead(kernel, [...bridges, local('flbr1'), local('flbr2')]);
      expect((await kernel.survey('host')).routes.filter(({ to }) => to === '::1/128')).toEqual([]);
      await expectRefused(kernel, create(local('flbr1')), 'kernel-exists');
      await settle(kernel, [remove(local('flbr1'))]);
      await expectRead(kernel, [...bridges, local('flbr2')]);
      await settle(kernel, [remove(local('flbr1')), create(local('flbr1'))]);
      await expectRead(kernel, [...bridges, local('flbr1'), local('flbr2')]);
    });
  });

  describe('a gateway beyond the network', () => {
    const shared = sharedHost(open);

    it('is reached by a route to it alone', async () => {
      const { kernel } = shared;
      const all = [
        ...plugged('ns/a', 'fla'),
        address('ns/a', 'eth0', '10.64.0.2/32'),
        route('ns/a', '169.254.1.1/32', 'eth0'),
        route('ns/a', 'default', 'eth0', { via: '169.254.1.1' }),
      ];
      await make(kernel, all);
      await expectRead(kernel, all);
    });

    it('is reached by its link-local address', async () => {
      const { kernel } = shared;
      const all = [...plugged('ns/a', 'fla'), address('ns/a', 'eth0', 'fd01::2/128'), route('ns/a', 'default', 'eth0', { via: 'fe80::1' })];
      await make(kernel, all);
      await expectRead(kernel, all);
    });
  });
}
