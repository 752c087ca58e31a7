import { describe, expect, it } from 'vitest';
import type { Ip } from '../../../src/ip/types.js';
import { failureOf } from './failure-of.js';
import { change, create, expectRead, make, type Open, remove, settle, sharedHost } from './host.js';
import { address, bridge, element, flows, held, namespace, plugged, table, up } from './shapes.js';

export function heldConforms(open: Open): void {
  describe('held ports', () => {
    const shared = sharedHost(open);
    const bind = (type: 'udp' | 'tcp', ip: string, port: number) => shared.kernel.socket('host', { type, address: ip as Ip, port });
    const inUse = { code: 'kernel-refused', values: { errno: 'EADDRINUSE' } };
    const all = [held('tcp', '0.0.0.0', 8080), held('udp', '0.0.0.0', 8080), held('tcp', '::', 8080), held('udp', '::', 8080), held('tcp', '127.0.0.1', 81)];

    it('are read back, and let go of', async () => {
      const { kernel } = shared;
      await make(kernel, all);
      await expectRead(kernel, all);
      await expectRead(kernel, [], ['ns/none']);
      expect(await kernel.look(all.slice(1, 3))).toEqual(all.slice(1, 3));
      await settle(kernel, all.map(remove));
      await expectRead(kernel, []);
      shared.host.closeSocket(await bind('tcp', '0.0.0.0', 8080));
    });

    it('are nobody else’s: a server cannot listen there, on the wildcard or on an address', async () => {
      const { kernel } = shared;
      await make(kernel, all);
      for (const [type, ip, port] of [
        ['tcp', '0.0.0.0', 8080],
        ['tcp', '127.0.0.1', 8080],
        ['tcp', '::', 8080],
        ['tcp', '::1', 8080],
        ['udp', '127.0.0.1', 8080],
        ['udp', '::1', 8080],
        ['tcp', '0.0.0.0', 81],
      ] as const) {
        expect(await failureOf(bind(type, ip, port)), `${type} ${ip} ${port}`).toMatchObject(inUse);
      }
      shared.host.closeSocket(await bind('tcp', '127.0.0.2', 81));
    });

    it.each([
      ['tcp', '0.0.0.0', '127.0.0.1'],
      ['tcp', '127.0.0.1', '0.0.0.0'],
      ['udp', '127.0.0.1', '127.0.0.1'],
      ['tcp', '::', '::1'],
      ['udp', '::1', '::'],
    ] as const)('of %s are refused where another has %s and %s is wanted, and nothing is left', async (protocol, theirs, ours) => {
      const { kernel } = shared;
      const other = await bind(protocol, theirs, 8080);
      const plan = kernel.apply([create(held(protocol, ours, 8079)), create(table), create(held(protocol, ours, 8080))]);
      expect(await failureOf(plan)).toMatchObject({ code: 'port-taken', values: { protocol, address: ours, port: 8080 } });
      await expectRead(kernel, []);
      shared.host.closeSocket(other);
      await make(kernel, [held(protocol, ours, 8080)]);
    });

    it('that another has are told with the holder, those that are free or ours without', async () => {
      const { kernel } = shared;
      const wanted = held('tcp', '0.0.0.0', 8080);
      expect(await kernel.holder(wanted)).toBeUndefined();
      const other = await bind('tcp', '127.0.0.1', 8080);
      expect(await kernel.holder(wanted)).toMatch(/^another program$| \(pid \d+\) on 127\.0\.0\.1$/);
      expect(await kernel.holder(held('udp', '0.0.0.0', 8080))).toBeUndefined();
      expect(await kernel.holder(held('tcp', '192.0.2.77', 8080))).toBeUndefined();
      shared.host.closeSocket(other);
      await make(kernel, [wanted]);
      expect(await kernel.holder(wanted)).toBeUndefined();
      expect(await failureOf(kernel.holder(held('tcp', '0.0.0.0', 8080, 'ns/none')))).toMatchObject({ code: 'kernel-absent' });
    });

    it('clash among themselves as others do', async () => {
      const { kernel } = shared;
      await make(kernel, [held('tcp', '0.0.0.0', 82)]);
      expect(await failureOf(kernel.apply([create(held('tcp', '127.0.0.1', 82))]))).toMatchObject({ code: 'port-taken' });
      await settle(kernel, [create(held('tcp', '::', 82)), create(held('udp', '127.0.0.1', 82))]);
    });

    it('need an address of the host', async () => {
      const { kernel } = shared;
      expect(await failureOf(kernel.apply([create(held('tcp', '192.0.2.77', 80))]))).toMatchObject({ code: 'port-address', values: { address: '192.0.2.77' } });
      expect(await failureOf(kernel.apply([create(held('udp', '2001:db8::77', 80))]))).toMatchObject({ code: 'port-address' });
      const all = [bridge('flbr'), address('host', 'flbr', '192.0.2.77/24'), up('host', 'flbr')];
      await make(kernel, all);
      await settle(kernel, [create(held('tcp', '192.0.2.77', 80))]);
    });

    it('are back when the plan fails behind them', async () => {
      const { kernel } = shared;
      await make(kernel, [held('tcp', '0.0.0.0', 83)]);
      const plan = [remove(held('tcp', '0.0.0.0', 83)), create(held('tcp', '127.0.0.1', 83)), create(bridge('lo'))];
      expect(await failureOf(kernel.apply(plan))).toMatchObject({ code: 'kernel-exists' });
      await expectRead(kernel, [held('tcp', '0.0.0.0', 83)]);
      expect(await failureOf(bind('tcp', '127.0.0.1', 83))).toMatchObject(inUse);
    });

    it('pass from an address to all of them in one plan', async () => {
      const { kernel } = shared;
      const [one, every] = [held('tcp', '127.0.0.1', 84), held('tcp', '0.0.0.0', 84)];
      await make(kernel, [one]);
      await settle(kernel, [remove(one), create(every)]);
      await expectRead(kernel, [every]);
    });

    it('end with the process, and can be taken again', async () => {
      const { kernel, host } = shared;
      await make(kernel, [held('tcp', '0.0.0.0', 85)]);
      const next = await host.reopen();
      await expectRead(next, []);
      await make(next, [held('tcp', '0.0.0.0', 85)]);
      await expectRead(next, [held('tcp', '0.0.0.0', 85)]);
    });

    it('are of a stack', async () => {
      const { kernel } = shared;
      const all = [...plugged('ns/a', 'fla'), held('tcp', '0.0.0.0', 86, 'ns/a'), held('tcp', '0.0.0.0', 86)];
      await make(kernel, all);
      await expectRead(kernel, all);
      expect(await failureOf(kernel.apply([create(held('tcp', '0.0.0.0', 86, 'ns/none'))]))).toMatchObject({ code: 'kernel-absent' });
      await settle(kernel, [remove(held('tcp', '0.0.0.0', 86, 'ns/a')), remove(namespace('ns/a'))]);
    });
  });

  describe('connections of a published port', () => {
    const shared = sharedHost(open);

    it('are nothing to be read, and change with what it leads to', async () => {
      const { kernel } = shared;
      const to = (ip: string) => ({ ...flows('host', '0.0.0.0'), published: { protocol: 'udp' as const, port: 53, to: ip as Ip, target: 53 } });
      const [a, b] = [to('10.1.0.2'), to('10.1.0.3')];
      const led = ({ published }: ReturnType<typeof to>) => element('port4_any', 'udp . 53', `${published.to} . ${published.target}`);
      const [first, second] = [led(a), led(b)];
      await make(kernel, [table, first, a]);
      await settle(kernel, [change(first, second), change(a, b)]);
      await expectRead(kernel, [table, second]);
      await settle(kernel, [remove(second), remove(b)]);
      await expectRead(kernel, [table]);
    });
  });
}
