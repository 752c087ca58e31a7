import { describe, expect, it } from 'vitest';
import type { Operation, Resource } from '../../../src/resource/resource.js';
import { failureOf } from './failure-of.js';
import { change, create, expectRead, make, type Open, remove, settle, sharedHost } from './host.js';
import { address, bridge, element, endpoint, flows, mac, namespace, neighbour, network, plugged, route, table, up, veth } from './shapes.js';

export function transactionsConform(open: Open): void {
  describe('a plan', () => {
    const shared = sharedHost(open);

    it('may be empty', async () => {
      const { drained } = await shared.kernel.apply([]);
      await drained;
    });

    it('is made in its order', async () => {
      const { kernel } = shared;
      const [own, gateway] = [address('host', 'flbr', '10.1.0.1/24'), route('host', '10.2.0.0/24', 'flbr', { via: '10.1.0.2' })];
      const [from, to] = [element('port4_any', 'tcp . 80', '10.1.0.2 . 80'), element('port4_any', 'tcp . 80', '10.1.0.2 . 81')];
      const all = [bridge('flbr'), up('host', 'flbr'), own, gateway, table, to];
      await settle(kernel, [create(bridge('flbr')), create(up('host', 'flbr')), create(own), remove(own), create(own), create(gateway)]);
      await settle(kernel, [remove(gateway), create(gateway), create(table), create(from), remove(from), create(to)]);
      await expectRead(kernel, all);
      expect(await failureOf(kernel.apply([create(up('host', 'fla')), create(bridge('fla'))]))).toMatchObject({ code: 'kernel-absent' });
      await expectRead(kernel, all);
    });

    it('makes nothing when its third operation fails', async () => {
      const { kernel } = shared;
      const before: readonly Resource[] = [bridge('flbr'), up('host', 'flbr')];
      await make(kernel, before);
      const plan = [create(bridge('fl2')), create(up('host', 'fl2')), create(bridge('flbr')), create(bridge('fl3'))];
      expect(await failureOf(kernel.apply(plan))).toMatchObject({ code: 'kernel-exists' });
      await expectRead(kernel, before);
    });

    it('takes back every kind of creation', async () => {
      const { kernel } = shared;
      const before = [table, ...network(1)];
      await make(kernel, before);
      const plan = [...endpoint(1, 2), element('masq', 'flbr1')].map(create);
      expect(await failureOf(kernel.apply([...plan, create(address('host', 'flbr1', '10.1.0.1/16'))]))).toMatchObject({ code: 'kernel-exists' });
      await expectRead(kernel, before);
      expect((await kernel.survey('host')).links.map(({ name }) => name).sort()).toEqual(['flbr1', 'lo']);
    });

    it('takes back deletions and changes', async () => {
      const { kernel } = shared;
      const [ns, link, hostUp, insideUp] = plugged('ns/a', 'fla', 'flbr');
      const gateway = route('ns/a', 'default', 'eth0', { via: '10.1.0.1' });
      const near = neighbour('ns/a', 'eth0', '10.1.0.1', 9);
      const port = element('port4_any', 'tcp . 80', '10.1.0.2 . 80');
      const bridges = element('bridges', 'flbr');
      const base = [ns, bridge('flbr'), bridge('flbr2'), link, hostUp, insideUp, address('ns/a', 'eth0', '10.1.0.2/24'), address('ns/a', 'eth0', 'fd01::2/64')];
      const all = [...base, gateway, near, table, port, bridges];
      await make(kernel, all);
      const plan: readonly Operation[] = [
        remove(bridges),
        change(port, element('port4_any', 'tcp . 80', '10.1.0.3 . 80')),
        change(near, neighbour('ns/a', 'eth0', '10.1.0.1', 10)),
        change(gateway, route('ns/a', 'default', 'eth0', { via: '10.1.0.9' })),
        change(link, veth('fla', { in: 'ns/a', name: 'eth0' }, { master: 'flbr2', mtu: 1400, mac: mac(51) })),
        remove(address('ns/a', 'eth0', 'fd01::2/64')),
        create(bridge('flbr')),
      ];
      expect(await failureOf(kernel.apply(plan))).toMatchObject({ code: 'kernel-exists' });
      await expectRead(kernel, all);
    });

    it('takes back that a link went down, with all that it lost by that', async () => {
      const { kernel } = shared;
      const all = [
        ...plugged('ns/a', 'fla'),
        address('ns/a', 'eth0', '10.1.0.2/24'),
        address('ns/a', 'eth0', 'fd01::2/64'),
        route('ns/a', 'default', 'eth0', { via: '10.1.0.1' }),
        route('ns/a', 'default', 'eth0', { via: 'fd01::1' }),
        neighbour('ns/a', 'eth0', '10.1.0.1', 9),
      ];
      await make(kernel, all);
      expect(await failureOf(kernel.apply([remove(up('ns/a', 'eth0')), create(bridge('lo'))]))).toMatchObject({ code: 'kernel-exists' });
      await expectRead(kernel, all);
    });

    it('takes back a replaced table with its elements', async () => {
      const { kernel } = shared;
      const all = [table, element('bridges', 'flbr'), element('port4_any', 'tcp . 80', '10.1.0.2 . 80')];
      await make(kernel, all);
      expect(await failureOf(kernel.apply([change(table, table), create(element('bridges', 'flother')), create(bridge('lo'))]))).toMatchObject({
        code: 'kernel-exists',
      });
      await expectRead(kernel, all);
    });

    it('takes back nothing of others', async () => {
      const { kernel } = shared;
      await make(kernel, [bridge('flbr')]);
      expect(await failureOf(kernel.apply([remove(bridge('flnone')), create(bridge('flbr'))]))).toMatchObject({ code: 'kernel-exists' });
      await expectRead(kernel, [bridge('flbr')]);
    });

    it('is one of several that wait for each other', async () => {
      const { kernel } = shared;
      await make(kernel, [table, ...network(1)]);
      const stays = Array.from({ length: 12 }, (_, index) => endpoint(1, 2 + index));
      const outcomes = await Promise.allSettled([...stays, endpoint(1, 2)].map((each) => kernel.apply(each.map(create))));
      expect(outcomes.map(({ status }) => status)).toEqual([...stays.map(() => 'fulfilled'), 'rejected']);
      await expectRead(kernel, [table, ...network(1), ...stays.flat()]);
    });
  });

  describe('what leaves', () => {
    const shared = sharedHost(open);

    it('is gone when it has drained', async () => {
      const { kernel } = shared;
      const all = plugged('ns/a', 'fla');
      await make(kernel, all);
      const { drained } = await kernel.apply([remove(all[1])]);
      await drained;
      expect((await kernel.survey('host')).links.map(({ name }) => name)).toEqual(['lo']);
    });

    it('has drained when it is silent, and leaves its name to another', async () => {
      const { kernel } = shared;
      const all = plugged('ns/a', 'fla');
      await make(kernel, all);
      const { drained } = await kernel.apply([remove(all[1])]);
      await kernel.silent();
      await drained;
      await make(kernel, [all[1]]);
      await expectRead(kernel, [all[0], all[1]]);
    });

    it('is gone when the kernel has settled', async () => {
      const { kernel } = shared;
      await make(kernel, plugged('ns/a', 'fla'));
      await kernel.apply([remove(namespace('ns/a'))]);
      await kernel.settled();
      expect((await kernel.survey('host')).links.map(({ name }) => name)).toEqual(['lo']);
    });

    it('is gone for who reads, at once', async () => {
      const { kernel } = shared;
      await make(kernel, plugged('ns/a', 'fla'));
      await kernel.apply([remove(namespace('ns/a'))]);
      await expectRead(kernel, []);
      expect((await kernel.survey('host')).links.map(({ name }) => name)).toEqual(['lo']);
    });

    it('is forgotten by connection tracking, where it is known and where not', async () => {
      const { kernel } = shared;
      await make(kernel, [namespace('ns/a')]);
      await settle(kernel, [
        create(flows('host', '10.1.0.2')),
        create(flows('ns/a', 'fd01::2')),
        remove(flows('host', '10.1.0.2')),
        remove(flows('ns/a', 'fd01::2')),
      ]);
      await expectRead(kernel, [namespace('ns/a')]);
    });
  });
}
