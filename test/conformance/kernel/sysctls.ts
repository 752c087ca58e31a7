import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/base/json.js';
import type { Kernel } from '../../../src/kernel/kernel.js';
import type { Resource } from '../../../src/resource/resource.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';
import { bridge, namespace, plugged, sysctl, table } from './shapes.js';

const forwarding = sysctl('host', 'net.ipv6.conf.all.forwarding', '1');
const value = async (kernel: Kernel, resource: Resource): Promise<Facts | null | undefined> => (await kernel.was([resource]))[0];

export function sysctlsConform(open: Open): void {
  describe('sysctls', () => {
    const shared = sharedHost(open);

    it('are borrowed: set, and given back', async () => {
      const { kernel } = shared;
      const was = await value(kernel, forwarding);
      expect(was).toEqual({ value: '0' });
      await settle(kernel, [create(forwarding)]);
      expect(await value(kernel, forwarding)).toEqual({ value: '1' });
      await expectRead(kernel, []);
      await settle(kernel, [{ do: 'delete', resource: forwarding, was: was ?? {} }]);
      expect(await value(kernel, forwarding)).toEqual({ value: '0' });
    });

    it('change', async () => {
      const { kernel } = shared;
      const [from, to] = [sysctl('host', 'net.ipv4.conf.default.rp_filter', '1'), sysctl('host', 'net.ipv4.conf.default.rp_filter', '2')];
      const was = await value(kernel, from);
      await settle(kernel, [create(from), change(from, to)]);
      expect(await value(kernel, from)).toEqual({ value: '2' });
      await settle(kernel, [{ do: 'delete', resource: to, was: was ?? {} }]);
      expect(await value(kernel, from)).toEqual(was);
    });

    it('are left alone where nothing is known to be given back', async () => {
      const { kernel } = shared;
      await settle(kernel, [create(forwarding)]);
      await settle(kernel, [remove(forwarding)]);
      expect(await value(kernel, forwarding)).toEqual({ value: '1' });
      await settle(kernel, [{ do: 'delete', resource: forwarding, was: { value: '0' } }]);
    });

    it('are of a stack and of a link, with dots or slashes', async () => {
      const { kernel } = shared;
      await make(kernel, [...plugged('ns/a', 'fla'), sysctl('ns/a', 'net/ipv4/conf/eth0/route_localnet', '1')]);
      expect(await value(kernel, sysctl('ns/a', 'net.ipv4.conf.eth0.route_localnet', ''))).toEqual({ value: '1' });
      expect(await value(kernel, sysctl('host', 'net.ipv4.conf.fla.route_localnet', ''))).toEqual({ value: '0' });
    });

    it('reach a link whose name has a dot', async () => {
      const { kernel } = shared;
      await make(kernel, [bridge('fl.br'), sysctl('host', 'net/ipv4/conf/fl.br/route_localnet', '1')]);
      expect(await value(kernel, sysctl('host', 'net.ipv4.conf.fl/br.route_localnet', ''))).toEqual({ value: '1' });
    });

    it('of a link follow that of the host, whenever this is written', async () => {
      const { kernel } = shared;
      const host = sysctl('host', 'net/ipv4/ip_forward', '1');
      const ofLink = sysctl('host', 'net/ipv4/conf/flbr/forwarding', '0');
      await settle(kernel, [create(bridge('flbr')), create(host)]);
      expect(await value(kernel, ofLink)).toEqual({ value: '1' });
      await settle(kernel, [create(ofLink)]);
      expect(await value(kernel, ofLink)).toEqual({ value: '0' });
      await settle(kernel, [create(host), create(bridge('flbr2'))]);
      expect((await value(kernel, ofLink))?.['value']).toBe('0');
      expect(await value(kernel, sysctl('host', 'net/ipv4/conf/flbr2/forwarding', ''))).toEqual({ value: '1' });
      await settle(kernel, [{ do: 'delete', resource: host, was: { value: '0' } }]);
      expect(await value(kernel, ofLink)).toEqual({ value: '0' });
    });

    it('must be there', async () => {
      const { kernel } = shared;
      await expectRefused(kernel, create(sysctl('host', 'net.ipv4.conf.flnone.forwarding', '1')), 'kernel-absent');
      await expectRefused(kernel, create(sysctl('ns/none', 'net.ipv4.ip_forward', '1')), 'kernel-absent');
      await settle(kernel, [{ do: 'delete', resource: sysctl('host', 'net.ipv4.conf.flnone.forwarding', '1'), was: { value: '0' } }]);
      expect(await kernel.was([sysctl('host', 'net.ipv4.conf.flnone.forwarding', '1'), table, namespace('ns/none'), forwarding])).toEqual([
        null,
        null,
        null,
        { value: '0' },
      ]);
    });

    it('are what they were when the plan fails behind them', async () => {
      const { kernel } = shared;
      await expect(kernel.apply([create(forwarding), create(bridge('lo'))])).rejects.toMatchObject({ code: 'kernel-exists' });
      expect(await value(kernel, forwarding)).toEqual({ value: '0' });
    });
  });
}
