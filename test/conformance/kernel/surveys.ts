import { describe, expect, it } from 'vitest';
import { failureOf } from './failure-of.js';
import { make, type Open, sharedHost, sorted } from './host.js';
import { address, bridge, guardTable, network, plugged, table, up } from './shapes.js';

export function surveysConform(open: Open): void {
  describe('a survey', () => {
    const shared = sharedHost(open);

    it('tells what carries our mark: the end of a veth that its resource names, not the other', async () => {
      const { kernel } = shared;
      await make(kernel, [table, ...network(1), ...plugged('ns/a', 'fla', 'flbr1')]);
      const { links } = await kernel.survey('host');
      expect(links.map(({ name, ours }) => [name, ours]).sort()).toEqual([
        ['fla', true],
        ['flbr1', true],
        ['lo', false],
      ]);
      expect((await kernel.survey('ns/a')).links.map(({ name, ours }) => [name, ours])).toEqual([
        ['lo', false],
        ['eth0', false],
      ]);
    });

    it('of what is around us leaves out the ends of our own veths, whoever is listened to', async () => {
      const { kernel, host } = shared;
      const names = async () => (await kernel.surroundings()).links.map(({ name }) => name).sort();
      const around = async () => {
        const { links, ...rest } = await kernel.survey('host');
        return { links: links.filter(({ ours, type }) => !ours || type !== 'veth'), ...rest };
      };
      await make(kernel, [table, ...network(1), ...plugged('ns/a', 'fla', 'flbr1'), ...plugged('ns/b', 'flb', 'flbr1'), ...plugged('ns/c', 'flc', 'flbr1')]);
      expect(await names()).toEqual(['flbr1', 'lo']);
      expect((await kernel.surroundings(['fla', 'none'])).links.map(({ name }) => name).sort()).toEqual(['fla', 'flbr1', 'lo']);
      expect(await kernel.surroundings()).toEqual(await around());
      const listening = new AbortController();
      const keys = kernel.watch(listening.signal);
      expect((await kernel.surroundings(['fla', 'none'])).links.map(({ name }) => name).sort()).toEqual(['fla', 'flbr1', 'lo']);
      expect(await kernel.surroundings()).toEqual(await around());
      await host.disturb.addLink('theirs');
      expect(await names()).toEqual(['flbr1', 'lo', 'theirs']);
      expect(await kernel.surroundings()).toEqual(await around());
      // What has lost its mark is somebody else's.
      await host.disturb.unmark('fla');
      expect(await names()).toEqual(['fla', 'flbr1', 'lo', 'theirs']);
      await host.disturb.deleteLink('theirs');
      await host.disturb.deleteLink('fla');
      await make(kernel, [bridge('flbr2'), ...plugged('ns/d', 'fld', 'flbr1')]);
      expect(await names()).toEqual(['flbr1', 'flbr2', 'lo']);
      expect(await kernel.surroundings()).toEqual(await around());
      listening.abort();
      for await (const _ of keys) void _;
      expect(await names()).toEqual(['flbr1', 'flbr2', 'lo']);
    });

    it("tells whose the host's tables of our name are, and that this kernel can have both", async () => {
      const { kernel } = shared;
      expect(await kernel.survey('host')).toMatchObject({ tables: [], lacks: [], inet6: true });
      await make(kernel, [table, guardTable]);
      const { tables } = await kernel.survey('host');
      expect(tables.map(({ family, ours }) => [family, ours]).sort()).toEqual([
        ['bridge', true],
        ['inet', true],
      ]);
      expect(await kernel.read(['host'])).toHaveLength(2);
    });

    it('lists links by their index, with addresses of both families', async () => {
      const { kernel } = shared;
      await make(kernel, [bridge('flbr'), up('host', 'flbr'), address('host', 'flbr', '10.1.0.1/24'), address('host', 'flbr', 'fd01::1/64')]);
      const { links } = await kernel.survey('host');
      expect(links[0]).toMatchObject({ name: 'lo', index: 1, type: 'loopback' });
      const found = links.find(({ name }) => name === 'flbr');
      expect(found?.index).toBeGreaterThan(1);
      expect([...(found?.addresses ?? [])].sort()).toEqual(['10.1.0.1/24', 'fd01::1/64']);
    });

    it('finds nobody who drops what is forwarded where nobody does', async () => {
      const packet = { family: 4, begins: true, protocol: 'tcp' } as const;
      expect(await shared.kernel.judge([packet, { ...packet, family: 6 }])).toEqual({ drops: [[], []] });
      expect(await shared.kernel.judge([])).toEqual({ drops: [] });
    });

    it('needs its stack', async () => {
      expect(await failureOf(shared.kernel.survey('ns/none'))).toMatchObject({ code: 'kernel-absent' });
    });

    it.each(['nobody', 'somebody'])('may be read in parts, which are what all of it is, while %s listens', async (who) => {
      const { kernel, host } = shared;
      const listening = new AbortController();
      if (who === 'somebody') kernel.watch(listening.signal);
      await host.disturb.addLink('theirs');
      await make(kernel, [table, ...network(1), ...plugged('ns/a', 'fla', 'flbr1'), ...plugged('ns/b', 'flb', 'flbr1')]);
      const rest = async () => [...(await kernel.readPart('host', [])), ...(await kernel.readPart('neighbours', [])), ...(await kernel.readPart('last', []))];
      const parts = [await kernel.readPart('first', ['ns/a', 'ns/none']), await rest()];
      expect(sorted(parts.flat())).toEqual(sorted(await kernel.read()));
      expect(parts[0]?.every((each) => each.in === 'ns/a')).toBe(true);
      expect((await kernel.readPart('first', ['ns/b'])).length).toBe(parts[0]?.length);
      expect(sorted([...(await kernel.readPart('next', ['ns/a'])), ...(await rest())])).toEqual(
        sorted((await kernel.read()).filter((each) => each.in !== 'ns/b')),
      );
      await host.disturb.deleteLink('flb');
      expect(sorted([...(await kernel.readPart('first', ['ns/a', 'ns/b'])), ...(await rest())])).toEqual(sorted(await kernel.read()));
      await host.disturb.deleteLink('theirs');
      listening.abort();
    });

    it('is not needed of a stack that is gone: there is nothing of ours in it', async () => {
      expect(await shared.kernel.read(['ns/none'])).toEqual([]);
    });
  });
}
