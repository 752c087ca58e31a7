import { describe, expect, it } from 'vitest';
import type { Kernel } from '../../../src/kernel/kernel.js';
import type { Resource } from '../../../src/resource/resource.js';
import { make, type Open, sharedHost, sorted } from './host.js';
import { address, bridge, element, endpoint, network, route, table, up } from './shapes.js';

async function expectLook(kernel: Kernel, at: readonly Resource[], resources: readonly Resource[]): Promise<void> {
  expect(sorted(await kernel.look(at))).toEqual(sorted(resources));
}

const isOf = (...kinds: readonly Resource['kind'][]) => {
  return ({ kind }: Resource) => kinds.includes(kind);
};

export function lookingConforms(open: Open): void {
  describe('looking at some', () => {
    const shared = sharedHost(open);

    it('tells how an endpoint is, as reading does, and nothing of its neighbours', async () => {
      const { kernel } = shared;
      const [one, two] = [endpoint(1, 2), endpoint(1, 3)];
      await make(kernel, [table, ...network(1), ...one, ...two]);
      await expectLook(
        kernel,
        one.filter(isOf('namespace', 'link')),
        one.filter((each) => each.kind !== 'element'),
      );
      await expectLook(kernel, two.filter(isOf('namespace')), two.filter(isOf('namespace')));
    });

    it('tells of a link with all that is on it, whoever put it there', async () => {
      const { kernel } = shared;
      const more = [address('host', 'flbr1', '10.99.0.1/24'), route('host', '10.98.0.0/24', 'flbr1')];
      await make(kernel, [table, ...network(1), ...network(2), ...more]);
      const link = bridge('flbr1');
      await expectLook(kernel, [link], [...network(1).filter((each) => each.kind !== 'element'), ...more]);
    });

    it('tells of many as of one', async () => {
      const { kernel } = shared;
      const bridges = Array.from({ length: 20 }, (_, n) => [bridge(`flb${n}`), up('host', `flb${n}`), address('host', `flb${n}`, `10.${n}.0.1/24`)]);
      await make(kernel, bridges.flat());
      await expectLook(kernel, bridges.slice(1).flat(), bridges.slice(1).flat());
    });

    it('tells of a table with all its elements', async () => {
      const { kernel } = shared;
      const elements = [element('bridges', 'fla'), element('masq', 'fla')];
      await make(kernel, [table, ...elements]);
      await expectLook(kernel, [table], [table, ...elements]);
      await expectLook(kernel, elements.slice(1), [table, ...elements]);
    });

    it('leaves out what is not there', async () => {
      const { kernel } = shared;
      await make(kernel, [table, ...network(1), ...endpoint(1, 2)]);
      await shared.host.disturb.deleteLink('fl1x2');
      await shared.host.disturb.flushRuleset();
      await expectLook(kernel, [table, ...endpoint(1, 2)], endpoint(1, 2).filter(isOf('namespace')));
      await expectLook(kernel, [...endpoint(7, 7)], []);
      await expectLook(kernel, [], []);
    });
  });
}
