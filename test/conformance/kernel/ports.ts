import { describe, expect, it } from 'vitest';
import type { Resource, VethPeer } from '../../../src/resource/resource.js';
import { failureOf } from './failure-of.js';
import { change, create, expectRead, expectRefused, make, type Open, remove, settle, sharedHost } from './host.js';
import { bridge, mac, veth } from './shapes.js';

const port = (number: number) =>
  veth(`flp${number}`, { in: 'host', name: `flq${number}`, mac: mac(0x20000 + number) }, { master: 'flbr', mac: mac(0x10000 + number) });

export function portsConform(open: Open): void {
  describe('ports of a bridge', () => {
    const shared = sharedHost(open);

    it('are 1,023 at most, and one that leaves makes room', async () => {
      const { kernel } = shared;
      const all: readonly Resource[] = [bridge('flbr'), ...Array.from({ length: 1023 }, (_, index) => port(index))];
      await make(kernel, all);
      expect(await failureOf(kernel.apply([create(port(1023))]))).toMatchObject({ code: 'bridge-full', values: { bridge: 'flbr' } });
      await settle(kernel, [remove(port(5))]);
      await settle(kernel, [create(port(1023))]);
      expect((await kernel.survey('host')).links.filter(({ master }) => master === 'flbr')).toHaveLength(1023);
    });

    it('do not change the MTU that their bridge was given, come or go', async () => {
      const { kernel } = shared;
      const [small, large] = [bridge('flbr', { mtu: 1500 }), bridge('flbr', { mtu: 9000 })];
      await make(kernel, [small, { ...port(1), mtu: 1400 }]);
      await expectRead(kernel, [small, { ...port(1), mtu: 1400 }]);
      await settle(kernel, [remove(port(1)), change(small, large), create({ ...port(2), mtu: 9000 })]);
      await settle(kernel, [remove(port(2))]);
      await expectRead(kernel, [large]);
      expect((await kernel.survey('host')).links.find(({ name }) => name === 'flbr')?.mtu).toBe(9000);
    });

    it('may change the MTU of a bridge that was given none, which is still read as it was asked for', async () => {
      const { kernel } = shared;
      const plain = { kind: 'link', in: 'host', name: 'flbr', spec: { type: 'bridge' }, mac: mac(1) } as const;
      await make(kernel, [plain, { ...port(1), mtu: 1400 }]);
      await expectRead(kernel, [plain, { ...port(1), mtu: 1400 }]);
    });

    it('take no settings of a port once somebody deleted their bridge, and say that it is gone', async () => {
      const { kernel, host } = shared;
      await make(kernel, [bridge('flbr'), port(1), port(2)]);
      await host.disturb.deleteLink('flbr');
      const hairpin = { ...port(1), hairpin: true } as const;
      await expectRefused(kernel, change(port(1), hairpin), 'kernel-absent');
      expect((await kernel.read()).filter(({ kind }) => kind === 'link')).toHaveLength(2);
    });

    it('are both ends of a pair that joins two bridges, each as it is wanted', async () => {
      const { kernel, host } = shared;
      const plain = { in: 'host', name: 'flq1', mac: mac(0x20001) } as const;
      const joined = (peer: Partial<VethPeer>) => veth('flp1', { ...plain, ...peer }, { master: 'flbs', mac: mac(0x10001) });
      const both = [bridge('flbr'), bridge('flbs')];
      await make(kernel, [...both, joined({ master: 'flbr', isolated: true })]);
      await expectRead(kernel, [...both, joined({ master: 'flbr', isolated: true })]);
      expect((await kernel.survey('host')).links.find(({ name }) => name === 'flq1')?.master).toBe('flbr');
      await settle(kernel, [change(joined({ master: 'flbr', isolated: true }), joined({ master: 'flbr' }))]);
      await expectRead(kernel, [...both, joined({ master: 'flbr' })]);
      await settle(kernel, [change(joined({ master: 'flbr' }), joined({}))]);
      await expectRead(kernel, [...both, joined({})]);
      await settle(kernel, [change(joined({}), joined({ master: 'flbr', isolated: true }))]);
      await host.disturb.deleteLink('flbr');
      await expectRead(kernel, [bridge('flbs'), joined({})]);
    });

    it('stay, without a master, when their bridge goes', async () => {
      const { kernel } = shared;
      await make(kernel, [bridge('flbr'), port(1)]);
      await settle(kernel, [remove(bridge('flbr'))]);
      const { master: _, ...alone } = port(1);
      await expectRead(kernel, [alone]);
    });
  });
}
