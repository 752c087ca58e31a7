import { describe, expect, it } from 'vitest';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';
import { address, bridge, namespace, neighbour, plugged, route, sysctl } from './shapes.js';

export function addressesConform(open: Open): void {
  describe('addresses', () => {
    const shared = sharedHost(open);
    const base = plugged('ns/a', 'fla');

    it.each([
      ['IPv4', ['10.1.0.2/24']],
      ['IPv6', ['fd01::2/64']],
      ['both families', ['10.1.0.2/24', 'fd01::2/64', '192.0.2.7/32', 'fe80::2/64']],
    ])('of %s are made, read back and deleted', async (_, texts) => {
      const { kernel } = shared;
      const addresses = texts.map((text) => address('ns/a', 'eth0', text));
      await make(kernel, [...base, ...addresses]);
      await expectRead(kernel, [...base, ...addresses]);
      const eth0 = (await kernel.survey('ns/a')).links.find(({ name }) => name === 'eth0');
      expect([...(eth0?.addresses ?? [])].sort()).toEqual([...texts].sort());
      await settle(kernel, addresses.map(remove));
      await expectRead(kernel, base);
    });

    it('of IPv6 are given to links where IPv6 is turned off, in the host and in a sandbox', async () => {
      const { kernel } = shared;
      const off = (stack: 'host' | 'ns/a', link: string, value = '1') => sysctl(stack, `net/ipv6/conf/${link}/disable_ipv6`, value);
      await make(kernel, [namespace('ns/a')]);
      for (const stack of ['host', 'ns/a'] as const) await settle(kernel, [create(off(stack, 'default'))]);
      const own = [bridge('flb'), address('host', 'flb', 'fd01::1/64')];
      const rest = [...base.filter(({ kind }) => kind !== 'namespace'), address('ns/a', 'eth0', '10.1.0.2/24'), address('ns/a', 'eth0', 'fd01::2/64')];
      await make(kernel, own);
      await make(kernel, rest);
      await expectRead(kernel, [namespace('ns/a'), ...own, ...rest]);
      // Whoever turns it off takes the addresses.
      const [six] = own.slice(1) as [ReturnType<typeof address>];
      await settle(kernel, [remove(six)]);
      await settle(kernel, [create(off('host', 'flb')), create(six)]);
      await expectRead(kernel, [namespace('ns/a'), ...own, ...rest]);
      expect(await kernel.was([off('host', 'default'), off('ns/a', 'default')])).toEqual([{ value: '1' }, { value: '1' }]);
      await settle(kernel, [create(off('host', 'default', '0'))]);
    });

    it('are in use at once: IPv6 does not wait for duplicate address detection', async () => {
      const { kernel } = shared;
      await make(kernel, [...base, address('ns/a', 'eth0', 'fd01::2/64')]);
      shared.host.closeSocket(await kernel.socket('ns/a', { type: 'udp', address: address('ns/a', 'eth0', 'fd01::2').address as never, port: 5300 }));
    });

    it('need their link', async () => {
      const { kernel } = shared;
      await expectRefused(kernel, create(address('host', 'flnone', '10.1.0.2/24')), 'kernel-absent');
      await expectRefused(kernel, create(address('host', 'flnone', 'fd01::2/64')), 'kernel-absent');
    });

    it('are one of a kind on a link, not on a host', async () => {
      const { kernel } = shared;
      await make(kernel, [...base, address('ns/a', 'eth0', '10.1.0.2/24'), address('ns/a', 'eth0', 'fd01::2/64')]);
      await expectRefused(kernel, create(address('ns/a', 'eth0', '10.1.0.2/24')), 'kernel-exists');
      await expectRefused(kernel, create(address('ns/a', 'eth0', 'fd01::2/64')), 'kernel-exists');
      await expectRefused(kernel, create(address('ns/a', 'eth0', 'fd01::2/112')), 'kernel-exists');
      await settle(kernel, [create(address('host', 'fla', '10.1.0.2/24')), create(address('host', 'fla', 'fd01::2/64'))]);
    });

    it('connect their network: its route is the kernel’s own', async () => {
      const { kernel } = shared;
      const all = [...base, address('ns/a', 'eth0', '10.1.0.2/24'), address('ns/a', 'eth0', 'fd01::2/64')];
      await make(kernel, all);
      await expectRead(kernel, all);
      const { routes } = await kernel.survey('ns/a');
      expect(routes).toContainEqual(expect.objectContaining({ family: 4, to: '10.1.0.0/24', dev: 'eth0', protocol: 2 }));
      expect(routes).toContainEqual(expect.objectContaining({ family: 6, to: 'fd01::/64', dev: 'eth0', protocol: 2 }));
    });

    it('of IPv4 leave with the first of their network, and the last takes the routes along', async () => {
      const { kernel } = shared;
      const [first, second, other] = ['10.1.0.2/24', '10.1.0.3/24', '10.2.0.2/24'].map((text) => address('ns/a', 'eth0', text));
      if (!first || !second || !other) throw new Error('three addresses');
      const onward = route('ns/a', '10.9.0.0/16', 'eth0', { via: '10.2.0.1' });
      await make(kernel, [...base, first, second, other, onward]);
      await settle(kernel, [remove(first)]);
      await expectRead(kernel, [...base, other, onward]);
      await settle(kernel, [remove(other)]);
      await expectRead(kernel, base);
    });

    it('are deleted already when they are gone', async () => {
      const { kernel } = shared;
      await make(kernel, base);
      await settle(kernel, [
        remove(address('ns/a', 'eth0', '10.1.0.2/24')),
        remove(address('ns/a', 'eth0', 'fd01::2/64')),
        remove(address('ns/a', 'none', '10.1.0.2/24')),
      ]);
      await expectRead(kernel, base);
    });
  });

  describe('neighbours', () => {
    const shared = sharedHost(open);
    const base = plugged('ns/a', 'fla');

    it.each(['10.1.0.1', 'fd01::1'])('%s is made, read back, changed and deleted', async (ip) => {
      const { kernel } = shared;
      const [from, to] = [neighbour('ns/a', 'eth0', ip, 10), neighbour('ns/a', 'eth0', ip, 11)];
      await make(kernel, [...base, from]);
      await expectRead(kernel, [...base, from]);
      await settle(kernel, [change(from, to)]);
      await expectRead(kernel, [...base, to]);
      await settle(kernel, [create(from)]);
      await expectRead(kernel, [...base, from]);
      await settle(kernel, [remove(from)]);
      await expectRead(kernel, base);
      await settle(kernel, [remove(from)]);
    });

    it('of IPv4 go with the last address of it that their link has', async () => {
      const { kernel } = shared;
      const [first, last] = [address('ns/a', 'eth0', '10.1.0.2/24'), address('ns/a', 'eth0', '10.2.0.2/24')];
      const [four, six] = [neighbour('ns/a', 'eth0', '10.1.0.1', 10), neighbour('ns/a', 'eth0', 'fd01::1', 10)];
      await make(kernel, [...base, first, last, four, six]);
      await settle(kernel, [remove(first)]);
      await expectRead(kernel, [...base, last, four, six]);
      await settle(kernel, [remove(last)]);
      await expectRead(kernel, [...base, six]);
    });

    it('need their link', async () => {
      await expectRefused(shared.kernel, create(neighbour('host', 'flnone', '10.1.0.1', 10)), 'kernel-absent');
    });
  });
}
