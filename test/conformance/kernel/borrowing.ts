import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/base/json.js';
import type { InterfaceAddress } from '../../../src/ip/types.js';
import type { Kernel } from '../../../src/kernel/kernel.js';
import type { BorrowResource, Operation, Resource } from '../../../src/resource/resource.js';
import { change, create, expectRefused, make, type Open, settle, sharedHost } from './host.js';
import { address, bridge, mac, up } from './shapes.js';

const borrow = (addresses: readonly string[], extra: Partial<BorrowResource> = {}): BorrowResource => ({
  kind: 'borrow',
  in: 'host',
  link: 'flbr0',
  addresses: addresses as readonly InterfaceAddress[],
  ...extra,
});
const was = async (kernel: Kernel): Promise<Facts> => (await kernel.was([borrow([])]))[0] ?? {};
const back = (resource: Resource, past: Facts): Operation => ({ do: 'delete', resource, was: past });
const there = [bridge('flbr0'), address('host', 'flbr0', '10.9.0.5/24'), address('host', 'flbr0', 'fd09::5/64'), up('host', 'flbr0')];

export function borrowingConforms(open: Open): void {
  describe('borrowed links', () => {
    const shared = sharedHost(open);

    it('are as they are', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      expect(await was(kernel)).toEqual({ addresses: expect.arrayContaining(['10.9.0.5/24', 'fd09::5/64']), mtu: 1500, up: true, mac: mac(1) });
      expect(await kernel.was([borrow([], { link: 'flnone' })])).toEqual([null]);
    });

    it('get what is wanted, and are given back as they were', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const before = await was(kernel);
      const wanted = borrow(['10.9.0.5/24', '10.8.0.1/24', 'fd08::1/64'], { mtu: 1400, mac: mac(1) });
      await settle(kernel, [create(wanted)]);
      const now = await was(kernel);
      expect(now).toMatchObject({ mtu: 1400, up: true, mac: mac(1) });
      expect(now['addresses']).toEqual(expect.arrayContaining(['10.9.0.5/24', '10.8.0.1/24', 'fd08::1/64', 'fd09::5/64']));
      await settle(kernel, [back(wanted, before)]);
      expect(await was(kernel)).toEqual(before);
    });

    it('are made promiscuous, and stay so where they were', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const before = await was(kernel);
      const wanted = borrow([], { promiscuous: true });
      await settle(kernel, [create(wanted)]);
      const now = await was(kernel);
      expect(now).toEqual({ ...before, promiscuous: true });
      await settle(kernel, [back(wanted, now)]);
      expect(await was(kernel)).toEqual(now);
      await settle(kernel, [create(wanted), back(wanted, before)]);
      expect(await was(kernel)).toEqual(before);
    });

    it('are set up, and down again', async () => {
      const { kernel } = shared;
      await make(
        kernel,
        there.filter(({ kind }) => kind !== 'up'),
      );
      const before = await was(kernel);
      const wanted = borrow(['10.8.0.1/24', 'fd08::1/64']);
      await settle(kernel, [create(wanted)]);
      expect(await was(kernel)).toMatchObject({ up: true });
      await settle(kernel, [back(wanted, before)]);
      expect(await was(kernel)).toEqual(before);
    });

    it('stay up where their owner gave them an address meanwhile', async () => {
      const { kernel } = shared;
      await make(
        kernel,
        there.filter(({ kind }) => kind !== 'up'),
      );
      const before = await was(kernel);
      const wanted = borrow(['fd08::1/64']);
      await settle(kernel, [create(wanted), create(address('host', 'flbr0', 'fd10::1/64'))]);
      await settle(kernel, [back(wanted, before)]);
      const now = await was(kernel);
      expect(now).toMatchObject({ up: true });
      expect(now['addresses']).toEqual(expect.arrayContaining(['fd09::5/64', 'fd10::1/64']));
    });

    it('change: what is wanted no more goes, unless it was there before', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const before = await was(kernel);
      const [from, to] = [borrow(['10.9.0.5/24', '10.8.0.1/24'], { mtu: 1400 }), borrow(['10.7.0.1/24'])];
      await settle(kernel, [create(from), { ...change(from, to), was: before } as Operation]);
      const now = await was(kernel);
      expect(now).toMatchObject({ mtu: 1500 });
      expect(now['addresses']).toEqual(expect.arrayContaining(['10.9.0.5/24', '10.7.0.1/24']));
      expect(now['addresses']).not.toContain('10.8.0.1/24');
      await settle(kernel, [back(to, before)]);
      expect(await was(kernel)).toEqual(before);
    });

    it('keep what their owner put beside ours meanwhile', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const before = await was(kernel);
      const wanted = borrow(['10.8.0.1/24']);
      await settle(kernel, [create(wanted), create(address('host', 'flbr0', '10.8.0.2/24'))]);
      await settle(kernel, [back(wanted, before)]);
      expect((await was(kernel))['addresses']).toEqual(expect.arrayContaining(['10.9.0.5/24', '10.8.0.2/24']));
      expect((await was(kernel))['addresses']).not.toContain('10.8.0.1/24');
    });

    it('are as they were when the plan fails behind them', async () => {
      const { kernel } = shared;
      await make(kernel, there);
      const before = await was(kernel);
      const wanted = borrow(['10.8.0.1/24'], { mtu: 1400 });
      await expect(kernel.apply([create(wanted), create(bridge('lo'))])).rejects.toMatchObject({ code: 'kernel-exists' });
      expect(await was(kernel)).toEqual(before);
    });

    it('must be there, but to be given back', async () => {
      const { kernel } = shared;
      await expectRefused(kernel, create(borrow(['10.8.0.1/24'])), 'kernel-absent');
      await settle(kernel, [back(borrow(['10.8.0.1/24']), { addresses: [], mtu: 1500, up: true })]);
    });
  });
}
