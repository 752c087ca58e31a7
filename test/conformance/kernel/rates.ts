import { describe, expect, it } from 'vitest';
import type { Resource } from '../../../src/resource/resource.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost, turn } from './host.js';
import { bridge, ifb, plugged, rate, redirect, up } from './shapes.js';

const MBIT = 1_000_000;
const GBIT = 1_000_000_000;

export function ratesConform(open: Open): void {
  const through: readonly Resource[] = [ifb('flb'), up('host', 'flb')];

  describe('how fast a link sends', () => {
    const shared = sharedHost(open);

    it.each([
      ['8 kbit', 8000, 4096],
      ['500 kbit', 500_000, 4096],
      ['8 mbit', 8 * MBIT, 10_000],
      ['800 mbit', 800 * MBIT, 1_000_000],
      ['34 gbit, as much as fits into 32 bits', 34_359_738_360, 4_000_000],
      ['40 gbit', 40 * GBIT, 32_000_000],
      ['1 tbit', 1000 * GBIT, 1 << 30],
    ])('is limited to %s, and read as it is held', async (_, bits, burst) => {
      const { kernel } = shared;
      const held = rate('fla', bits, burst);
      const limit = { ...held, burst };
      await make(kernel, [...plugged('ns/a', 'fla'), limit]);
      await expectRead(kernel, [...plugged('ns/a', 'fla'), held]);
      await turn(kernel, [limit], [held]);
      await expectRead(kernel, [...plugged('ns/a', 'fla'), held]);
      await settle(kernel, [remove(held)]);
      await expectRead(kernel, plugged('ns/a', 'fla'));
    });

    it('changes in place', async () => {
      const { kernel } = shared;
      const [slow, fast] = [rate('fla', 8 * MBIT, 10_000), rate('fla', 40 * GBIT, 32_000_000)];
      await make(kernel, [...plugged('ns/a', 'fla'), slow]);
      for (const [from, to] of [
        [slow, fast],
        [fast, slow],
      ] as const) {
        await settle(kernel, [change(from, to)]);
        await expectRead(kernel, [...plugged('ns/a', 'fla'), to]);
      }
    });

    it('is limited once, and needs the link', async () => {
      const { kernel } = shared;
      await make(kernel, [...plugged('ns/a', 'fla'), rate('fla', 8 * MBIT, 10_000)]);
      await expectRefused(kernel, create(rate('fla', 8 * MBIT, 10_000)), 'kernel-exists');
      await expectRefused(kernel, create(rate('fla', 9 * MBIT, 20_000)), 'kernel-exists');
      await expectRefused(kernel, create(rate('flnone', 8 * MBIT, 10_000)), 'kernel-absent');
      await expectRefused(kernel, change(rate('flnone', 8 * MBIT, 10_000), rate('flnone', 9 * MBIT, 10_000)), 'kernel-absent');
    });

    it('is not changed where there is no limit', async () => {
      const { kernel } = shared;
      await make(kernel, plugged('ns/a', 'fla'));
      await expectRefused(kernel, change(rate('fla', 8 * MBIT, 10_000), rate('fla', 9 * MBIT, 10_000)), 'kernel-absent');
    });

    it('is unlimited already when the limit or the link has gone', async () => {
      const { kernel } = shared;
      await make(kernel, plugged('ns/a', 'fla'));
      await settle(kernel, [remove(rate('fla', 8 * MBIT, 10_000)), remove(rate('flnone', 8 * MBIT, 10_000))]);
      await expectRead(kernel, plugged('ns/a', 'fla'));
    });

    it('is limited of bridges too, and goes with the link', async () => {
      const { kernel } = shared;
      const all = [bridge('flbr'), rate('flbr', 8 * MBIT, 10_000)];
      await make(kernel, all);
      await expectRead(kernel, all);
      await turn(kernel, all, []);
      await make(kernel, [bridge('flbr')]);
      await expectRead(kernel, [bridge('flbr')]);
    });

    it('is limited in the place of what somebody else put there, which is left alone otherwise', async () => {
      const { kernel } = shared;
      const all = [...plugged('ns/a', 'fla'), ...through];
      const ours = [rate('fla', 8 * MBIT, 10_000), redirect('fla', 'flb')];
      await make(kernel, [...all, ...ours]);
      await shared.host.disturb.replaceQueues('fla');
      await expectRead(kernel, all);
      await settle(kernel, ours.map(remove));
      await make(kernel, ours);
      await expectRead(kernel, [...all, ...ours]);
    });

    it('is read of the links that are looked at, few or many', async () => {
      const { kernel } = shared;
      const many = Array.from({ length: 12 }, (_, n) => [bridge(`flb${n}`), rate(`flb${n}`, (n + 1) * MBIT, 10_000)]).flat();
      await make(kernel, many);
      expect(await kernel.look(many.slice(0, 1))).toHaveLength(2);
      expect(await kernel.look(many.slice(1, 2))).toEqual(expect.arrayContaining(many.slice(0, 2)));
      expect(await kernel.look(many.slice(2))).toHaveLength(22);
    });
  });

  describe('what comes in by a link', () => {
    const shared = sharedHost(open);
    const plug = plugged('ns/a', 'fla');

    it('goes through another, whose rate it has', async () => {
      const { kernel } = shared;
      const all = [...plug, ...through, rate('flb', 8 * MBIT, 10_000), redirect('fla', 'flb')];
      await make(kernel, all);
      await expectRead(kernel, all);
      expect((await kernel.look([plug[1]])).filter(({ kind }) => kind === 'redirect')).toEqual([redirect('fla', 'flb')]);
      await turn(kernel, all, plug);
      await expectRead(kernel, plug);
      await turn(kernel, plug, all);
      await turn(kernel, all, []);
    });

    it('goes through a link without addresses', async () => {
      const { kernel } = shared;
      await make(kernel, through);
      expect((await kernel.survey('host')).links.find(({ name }) => name === 'flb')?.addresses).toEqual([]);
    });

    it('goes through one at a time, and needs both', async () => {
      const { kernel } = shared;
      await make(kernel, [...plug, ...through, ifb('flc'), redirect('fla', 'flb')]);
      await expectRefused(kernel, create(redirect('fla', 'flb')), 'kernel-exists');
      await expectRefused(kernel, create(redirect('fla', 'flc')), 'kernel-exists');
      await expectRefused(kernel, create(redirect('flb', 'flnone')), 'kernel-absent');
      await expectRefused(kernel, create(redirect('flnone', 'flb')), 'kernel-absent');
      await settle(kernel, [change(redirect('fla', 'flb'), redirect('fla', 'flc'))]);
      await expectRead(kernel, [...plug, ...through, ifb('flc'), redirect('fla', 'flc')]);
    });

    it('goes straight on already when that has gone', async () => {
      const { kernel } = shared;
      await make(kernel, plug);
      await settle(kernel, [remove(redirect('fla', 'flb')), remove(redirect('flnone', 'flb'))]);
      await expectRead(kernel, plug);
    });

    it('leads nowhere once the other has gone, and is led again', async () => {
      const { kernel } = shared;
      const lost = redirect('fla', '');
      await make(kernel, [...plug, ...through, redirect('fla', 'flb')]);
      await shared.host.disturb.deleteLink('flb');
      await expectRead(kernel, [...plug, lost]);
      await turn(kernel, [lost], [...through, redirect('fla', 'flb')]);
      await expectRead(kernel, [...plug, ...through, redirect('fla', 'flb')]);
    });

    it('goes straight on before the other goes', async () => {
      const { kernel } = shared;
      const all = [...plug, ...through, redirect('fla', 'flb')];
      await make(kernel, all);
      await kernel.apply([remove(redirect('fla', 'flb')), remove(through[0] ?? plug[1])]);
      await make(kernel, [...through, redirect('fla', 'flb')]);
      await expectRead(kernel, all);
    });
  });
}
