import { describe, expect, it } from 'vitest';
import type { Facts } from '../../../src/base/json.js';
import type { Kernel } from '../../../src/kernel/kernel.js';
import type { EnslavedPast } from '../../../src/resource/enslaved.js';
import type { EnslavedResource, LinkResource, Operation, Resource } from '../../../src/resource/resource.js';
import { change, create, expectRead, make, type Open, settle, sharedHost } from './host.js';
import { address, bridge, mac, namespace, neighbour, route, up, veth } from './shapes.js';

const enslaved = (extra: Partial<EnslavedResource> = {}): EnslavedResource => ({ kind: 'enslaved', in: 'host', link: 'flnic', master: 'flbr0', ...extra });
const back = (past: Facts | null): Operation => ({ do: 'delete', resource: enslaved(), ...(past && { was: past }) });
const now = async (kernel: Kernel): Promise<EnslavedPast> => (await kernel.was([enslaved()]))[0] as EnslavedPast;
/** What the host has by a link, but for what a kernel makes there by itself. */
const has = ({ belongings }: EnslavedPast): readonly string[] =>
  belongings
    .filter(({ automatic, text }) => !automatic && !text.startsWith('10.9.0.0/24') && !text.startsWith('fd09::/64'))
    .map(({ kind, text }) => `${kind} ${text}`)
    .sort();

const nic = { ...veth('flnic', { in: 'ns/far', name: 'eth0' }), mac: mac(2) };
const port: LinkResource = { ...bridge('flbr0'), mac: mac(2), underlay: true };
const routes = [
  route('host', 'default', 'flnic', { via: '10.9.0.1', metric: 50 }),
  route('host', '10.30.0.0/16', 'flnic'),
  route('host', 'default', 'flnic', { via: 'fd09::1', family: 6, metric: 2000 }),
];
const lent = [address('host', 'flnic', '10.9.0.5/24'), address('host', 'flnic', '10.9.0.6/24'), address('host', 'flnic', 'fd09::5/64')];
const host: readonly Resource[] = [
  namespace('ns/far'),
  nic,
  up('host', 'flnic'),
  up('ns/far', 'eth0'),
  ...lent,
  neighbour('host', 'flnic', '10.9.0.77', 0x77),
  ...routes,
];
const under: readonly Resource[] = [port, up('host', 'flbr0')];
const all = [
  'address 10.9.0.5/24',
  'address 10.9.0.6/24',
  'address fd09::5/64',
  'neighbour 10.9.0.77',
  'route 10.30.0.0/16',
  'route default via 10.9.0.1 metric 50',
  'route default via fd09::1 metric 2000',
];

export function enslavingConforms(open: Open): void {
  describe('links of others that are ports of bridges of ours', () => {
    const shared = sharedHost(open);
    // The link is made by the same hand here, for want of another: what it lent is looked at by `was`.
    const bare = (kernel: Kernel) =>
      expectRead(kernel, [namespace('ns/far'), { ...nic, master: 'flbr0' }, up('host', 'flnic'), up('ns/far', 'eth0'), ...under]);

    it('are as they are', async () => {
      const { kernel } = shared;
      await make(kernel, host);
      const { master, belongings } = await now(kernel);
      expect([master, has({ belongings } as unknown as EnslavedPast)]).toEqual(['', all]);
      expect(await kernel.was([enslaved({ link: 'flnone' })])).toEqual([null]);
    });

    it('lend all that the host has by them, and have it back', async () => {
      const { kernel } = shared;
      await make(kernel, [...host, ...under]);
      const before = await now(kernel);
      await settle(kernel, [create(enslaved())]);
      const then = await now(kernel);
      expect([then.master, has(then)]).toEqual(['flbr0', []]);
      const { links } = await kernel.survey('host');
      expect(links.find(({ name }) => name === 'flbr0')?.addresses).toEqual(expect.arrayContaining(lent.map((each) => each.address)));
      await settle(kernel, [back(before)]);
      const after = await now(kernel);
      expect([after.master, has(after)]).toEqual(['', has(before)]);
      await expectRead(kernel, [...host, ...under]);
    });

    it('lend what they are given meanwhile, and have that back as well', async () => {
      const { kernel } = shared;
      await make(kernel, [...host, ...under]);
      const before = await now(kernel);
      const more = [address('host', 'flnic', '10.40.0.5/24'), route('host', '10.50.0.0/16', 'flnic', { via: '10.40.0.1' })];
      await settle(kernel, [create(enslaved()), ...more.map(create)]);
      expect(has(await now(kernel))).not.toEqual([]);
      await settle(kernel, [{ ...change(enslaved({ astray: true }), enslaved()), was: before } as Operation]);
      expect(has(await now(kernel))).toEqual([]);
      await settle(kernel, [back(before)]);
      expect(has(await now(kernel))).toEqual(expect.arrayContaining([...all, 'address 10.40.0.5/24', 'route 10.50.0.0/16 via 10.40.0.1']));
    });

    it('lend again what was lost with the bridge', async () => {
      const { kernel, host: machine } = shared;
      await make(kernel, [...host, ...under]);
      const before = await now(kernel);
      await settle(kernel, [create(enslaved())]);
      await machine.disturb.deleteLink('flbr0');
      expect(await now(kernel)).toMatchObject({ master: '' });
      await make(kernel, under);
      await settle(kernel, [{ ...change(enslaved({ master: '' }), enslaved()), was: before } as Operation]);
      await settle(kernel, [back(before)]);
      expect(has(await now(kernel))).toEqual(has(before));
      await settle(kernel, [create(enslaved())]);
      await machine.disturb.deleteLink('flbr0');
      await settle(kernel, [back(before)]);
      expect(has(await now(kernel))).toEqual(has(before));
    });

    it('have all of it still when the plan fails behind them', async () => {
      const { kernel } = shared;
      await make(kernel, [...host, ...under]);
      const before = await now(kernel);
      await expect(kernel.apply([create(enslaved()), create(bridge('lo'))])).rejects.toMatchObject({ code: 'kernel-exists' });
      expect(has(await now(kernel))).toEqual(has(before));
      expect((await now(kernel)).master).toBe('');
      await settle(kernel, [create(enslaved())]);
      await expect(kernel.apply([back(before), create(bridge('lo'))])).rejects.toMatchObject({ code: 'kernel-exists' });
      expect(await now(kernel)).toMatchObject({ master: 'flbr0' });
      expect(has(await now(kernel))).toEqual([]);
      await bare(kernel);
      await settle(kernel, [back(before)]);
    });

    it('cannot be ports of two, and must be there, but to be given back', async () => {
      const { kernel } = shared;
      const other = { ...bridge('flbr1'), mac: mac(9) };
      await make(kernel, [...host, ...under, other]);
      const before = await now(kernel);
      await settle(kernel, [create(enslaved())]);
      await expect(kernel.apply([create(enslaved({ master: 'flbr1' }))])).rejects.toMatchObject({ code: 'parent-unfit' });
      await expect(kernel.apply([create(enslaved({ link: 'flnone' }))])).rejects.toMatchObject({ code: 'parent-absent', values: { parent: 'flnone' } });
      await settle(kernel, [{ do: 'delete', resource: enslaved({ link: 'flnone' }) }, back(before)]);
      const upper: LinkResource = { kind: 'link', in: 'host', name: 'flmac', spec: { type: 'macvlan', parent: 'flnic', mode: 'bridge' } };
      await settle(kernel, [create(upper)]);
      await expect(kernel.apply([create(enslaved())])).rejects.toMatchObject({ code: 'parent-unfit', values: { parent: 'flnic' } });
      expect(has(await now(kernel))).toEqual(all);
    });
  });
}
