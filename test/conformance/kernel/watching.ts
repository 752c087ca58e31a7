import { describe, expect, it } from 'vitest';
import { keyOf } from '../../../src/resource/key.js';
import { make, type Open, sharedHost, turn } from './host.js';
import { told } from './told.js';
import { address, bridge, element, endpoint, guardElement, guardTable, ifb, network, plugged, rate, redirect, sysctl, table, up } from './shapes.js';

export function watchingConforms(open: Open): void {
  describe('watching', () => {
    const shared = sharedHost(open);

    it('tells of a link that somebody else deleted', async () => {
      const { kernel } = shared;
      const all = plugged('ns/a', 'fla');
      await make(kernel, all);
      expect(await told(kernel, all[1], () => shared.host.disturb.deleteLink('fla'))).toContain(keyOf(all[1]));
    });

    it('tells of an address that somebody else deleted', async () => {
      const { kernel } = shared;
      const [four, six] = [address('host', 'flbr', '10.1.0.1/24'), address('host', 'flbr', 'fd01::1/64')];
      await make(kernel, [bridge('flbr'), up('host', 'flbr'), four, six]);
      await told(kernel, four, () => shared.host.disturb.deleteAddress('flbr', '10.1.0.1/24'));
      await told(kernel, six, () => shared.host.disturb.deleteAddress('flbr', 'fd01::1/64'));
    });

    it('tells of a limit and a redirection that somebody else took away or replaced', async () => {
      const { kernel } = shared;
      const [sends, comes] = [rate('fla', 8_000_000, 10_000), redirect('fla', 'flb')];
      await make(kernel, [...plugged('ns/a', 'fla'), ifb('flb'), up('host', 'flb'), sends, comes]);
      await told(kernel, sends, () => shared.host.disturb.deleteQueue('fla'));
      await told(kernel, comes, () => shared.host.disturb.deleteIngress('fla'));
      await make(kernel, [sends, comes]);
      expect(await told(kernel, comes, () => shared.host.disturb.replaceQueues('fla'))).toContain(keyOf(sends));
    });

    it('tells of a flushed ruleset by its table', async () => {
      const { kernel } = shared;
      await make(kernel, [table, element('bridges', 'flbr')]);
      await told(kernel, table, () => shared.host.disturb.flushRuleset());
      expect(await kernel.read(['host'])).toEqual([]);
    });

    it('tells of the table of the guard by its own key', async () => {
      const { kernel } = shared;
      await make(kernel, [guardTable, guardElement('unguarded', 'fla')]);
      await told(kernel, guardTable, () => shared.host.disturb.flushRuleset());
      expect(await kernel.read(['host'])).toEqual([]);
    });

    it('tells of forwarding that somebody else turned off, and not that we turned it on', async () => {
      const { kernel } = shared;
      const settings = ['net/ipv4/ip_forward', 'net/ipv6/conf/all/forwarding'].map((path) => sysctl('host', path, '1'));
      const sentinel = bridge('flsentinel');
      await make(kernel, [sentinel]);
      const ours = await told(kernel, sentinel, async () => {
        await make(kernel, settings);
        await shared.host.disturb.deleteLink('flsentinel');
      });
      expect([...ours].filter((key) => key.startsWith('sysctl '))).toEqual([]);
      for (const each of settings) await told(kernel, each, () => shared.host.disturb.writeSysctl(each.path, '0'));
    });

    it('tells of what somebody else does while we change other things', async () => {
      const { kernel } = shared;
      const endpoints = Array.from({ length: 60 }, (_, n) => endpoint(1, n + 2)).flat();
      await make(kernel, [table, ...network(1), bridge('flother'), up('host', 'flother'), bridge('flgone')]);
      for (let round = 0; round < 3; round++) {
        const [six, gone] = [address('host', 'flother', `fd0${round + 1}::1/64`), bridge(`flgone${round}`)];
        await make(kernel, [six, gone]);
        const making = async () =>
          Promise.all([make(kernel, endpoints), shared.host.disturb.deleteAddress('flother', six.address), shared.host.disturb.deleteLink(gone.name)]);
        expect(await told(kernel, six, async () => void (await making()))).toContain(keyOf(gone));
        await turn(kernel, endpoints, []);
      }
    });

    it('tells nothing of what we do ourselves', async () => {
      const { kernel } = shared;
      const sentinel = bridge('flsentinel');
      await make(kernel, [table, sentinel, ...network(1)]);
      const keys = await told(kernel, sentinel, async () => {
        const limited = [...endpoint(1, 2), ifb('flb'), up('host', 'flb'), rate('fl1x2', 8_000_000, 10_000), redirect('fl1x2', 'flb')];
        await make(kernel, limited);
        await turn(kernel, limited, [...endpoint(1, 2), rate('fl1x2', 16_000_000, 20_000)]);
        await turn(kernel, endpoint(1, 2), []);
        await turn(kernel, network(1), []);
        await shared.host.disturb.deleteLink('flsentinel');
      });
      expect([...keys].filter((key) => !key.includes('flsentinel'))).toEqual([]);
    });

    it('ends with its signal', async () => {
      const stop = new AbortController();
      const listening = shared.kernel.watch(stop.signal);
      const ended = (async () => {
        for await (const _ of listening) throw new Error('nothing was to be told');
        return 'ended';
      })();
      stop.abort();
      expect(await ended).toBe('ended');
    });
  });
}
