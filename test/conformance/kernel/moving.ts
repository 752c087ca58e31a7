import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/base/json.js';
import type { Kernel } from '../../../src/kernel/kernel.js';
import type { MovedResource, Operation, Resource, Stack } from '../../../src/resource/resource.js';
import { change, create, expectRefused, make, type Open, settle, sharedHost } from './host.js';
import { address, bridge, mac, namespace, route, up, veth } from './shapes.js';

// The other end of a veth of ours stands for a card: nothing of ours is said of it, so that it is the host's.
const BOX: Stack = 'ns/box';
const moved = (extra: Partial<MovedResource> = {}): MovedResource => ({ kind: 'moved', in: 'host', link: 'card', to: { in: BOX, name: 'eth0' }, ...extra });
const there: readonly Resource[] = [
  veth('flcable', { in: 'host', name: 'card', mac: mac(7) }),
  up('host', 'flcable'),
  address('host', 'card', '10.9.0.5/24'),
  address('host', 'card', 'fd09::5/64'),
  up('host', 'card'),
  route('host', '10.99.0.0/16', 'card', { via: '10.9.0.1' }),
  namespace(BOX),
];
const was = async (kernel: Kernel): Promise<Facts> => (await kernel.was([moved()]))[0] ?? {};
const shown = async (kernel: Kernel) => {
  const { links, routes } = await kernel.survey('host');
  const link = links.find(({ name }) => name === 'card');
  const { index: _, ours: __, addresses = [], ...rest } = link ?? { index: 0, ours: false };
  const ways = routes.filter(({ dev }) => dev === 'card').map(({ to, via, protocol }) => `${to} ${via} ${protocol}`);
  return { ...rest, addresses: addresses.toSorted(), routes: ways.toSorted() };
};
const inside = async (kernel: Kernel) => (await kernel.survey(BOX)).links.find(({ name }) => name === 'eth0');
const back = (resource: Resource, past: Facts): Operation => ({ do: 'delete', resource, was: past });

export function movingConforms(open: Open): void {
  describe('moved links', () => {
    const shared = sharedHost(open);

    it('are in their sandbox alone, with what is asked for, and come home as they were', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const [before, past] = [await shown(kernel), await was(kernel)];
      expect(past).toMatchObject({ at: 'host', name: 'card', mac: mac(7), mtu: 1500, up: true });
      const wanted = moved({ mac: mac(9), mtu: 1400 });
      const hung = [address(BOX, 'eth0', '10.9.0.7/24'), up(BOX, 'eth0'), route(BOX, 'default', 'eth0', { via: '10.9.0.1' })];
      await settle(kernel, [wanted, ...hung].map(create));
      expect(await shown(kernel)).toEqual({ addresses: [], routes: [] });
      expect(await inside(kernel)).toMatchObject({ mac: mac(9), mtu: 1400, up: true, addresses: ['10.9.0.7/24'] });
      expect(await kernel.read([BOX])).toEqual(expect.arrayContaining(hung));
      expect(await kernel.look(hung)).toEqual(expect.arrayContaining(hung));
      expect(await was(kernel)).toMatchObject({ at: 'inside', name: 'eth0', mac: mac(9), mtu: 1400 });
      await settle(kernel, [back(wanted, past)]);
      expect(await shown(kernel)).toEqual(before);
      expect(await inside(kernel)).toBeUndefined();
      expect(await was(kernel)).toMatchObject({ at: 'host', name: 'card' });
    });

    it('come home under another name where theirs has passed to another', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const past = await was(kernel);
      await settle(kernel, [create(moved()), create(bridge('card'))]);
      await settle(kernel, [back(moved(), past)]);
      const { links } = await kernel.survey('host');
      expect(links.find(({ mac: each }) => each === mac(7))).toMatchObject({ name: 'card-0', up: true, addresses: expect.arrayContaining(['10.9.0.5/24']) });
    });

    it('are made again as they are to be, from wherever they are', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const past = await was(kernel);
      await settle(kernel, [create(moved())]);
      await settle(kernel, [change(moved(), moved({ mtu: 1300 }))]);
      expect(await inside(kernel)).toMatchObject({ mtu: 1300 });
      await settle(kernel, [create(moved({ mtu: 1400 }))]);
      expect(await inside(kernel)).toMatchObject({ mtu: 1400 });
      await settle(kernel, [back(moved(), past)]);
      expect(await shown(kernel)).toMatchObject({ mtu: 1500 });
    });

    it('are at home when the plan fails behind them, and stay when their return is undone', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const [before, past] = [await shown(kernel), await was(kernel)];
      await expect(kernel.apply([create(moved({ mtu: 1400 })), create(bridge('lo'))])).rejects.toMatchObject({ code: 'kernel-exists' });
      expect(await shown(kernel)).toEqual(before);
      await settle(kernel, [create(moved())]);
      await expect(kernel.apply([back(moved(), past), create(bridge('lo'))])).rejects.toMatchObject({ code: 'kernel-exists' });
      expect(await inside(kernel)).toBeDefined();
      await settle(kernel, [back(moved(), past)]);
      expect(await shown(kernel)).toEqual(before);
    });

    it('must be there, but to be given back; what never left is not touched', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const before = await shown(kernel);
      await expectRefused(kernel, create(moved({ link: 'flnone' })), 'kernel-absent');
      await expectRefused(kernel, create(moved({ to: { in: 'ns/none', name: 'eth0' } })), 'kernel-absent');
      await settle(kernel, [
        back(moved({ link: 'flnone' }), {}),
        back(moved(), { at: 'host', name: 'card', mac: mac(8), mtu: 1280, up: false, addresses: [] }),
      ]);
      expect(await shown(kernel)).toEqual(before);
      expect(await kernel.was([moved({ link: 'flnone' })])).toEqual([null]);
    });
  });
}
