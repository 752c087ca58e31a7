import fc from 'fast-check';
import { describe, it } from 'vitest';
import { invert } from '../../../src/resource/invert.js';
import { diff } from '../../../src/resource/diff.js';
import type { Resource } from '../../../src/resource/resource.js';
import { clear, expectRead, make, type Open, settle, sharedHost } from './host.js';
import { element, endpoint, ifb, network, rate, redirect, table, up } from './shapes.js';

/** Networks with their endpoints; what is claimed together is made together. */
const scenes: fc.Arbitrary<readonly Resource[]> = fc
  .record({
    networks: fc.uniqueArray(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 3 }),
    endpoints: fc.uniqueArray(fc.integer({ min: 2, max: 6 }), { maxLength: 4 }),
    mtu: fc.constantFrom(1500, 1400, 9000),
    open: fc.uniqueArray(fc.constantFrom('icc_off', 'internal', 'masq'), { maxLength: 2 }),
    port: fc.integer({ min: 80, max: 82 }),
    limits: fc.record({ sent: fc.constantFrom(undefined, 8, 80), received: fc.constantFrom(undefined, 16, 160) }),
  })
  .map(({ networks, endpoints, mtu, open, port, limits }) => [
    table,
    ...networks.flatMap((number) => [
      ...network(number).map((each) => (each.kind === 'link' ? { ...each, mtu } : each)),
      ...open.map((set) => element(set, `flbr${number}`)),
      ...endpoints.flatMap((hosts) => endpoint(number, hosts)).map((each) => (each.kind === 'link' ? { ...each, mtu } : each)),
      ...endpoints.flatMap((hosts) => limited(`fl${number}x${hosts}`, limits)),
    ]),
    element('port4', `192.0.2.1 . tcp . 8080`, `10.${networks[0] ?? 1}.0.2 . ${port}`),
  ])
  .map(unique);

function limited(link: string, { sent, received }: { readonly sent: number | undefined; readonly received: number | undefined }): readonly Resource[] {
  const through = `${link}-o`;
  return [
    ...(received === undefined ? [] : [rate(link, received * 1_000_000, 10_000)]),
    ...(sent === undefined ? [] : [ifb(through), up('host', through), rate(through, sent * 1_000_000, 10_000), redirect(link, through)]),
  ];
}

// Endpoints of several networks publish the same ports: the first has them.
function unique(resources: readonly Resource[]): readonly Resource[] {
  const taken = new Set<string>();
  return resources.filter((each) => each.kind !== 'element' || (!taken.has(`${each.map} ${each.key}`) && taken.add(`${each.map} ${each.key}`)));
}

export function plansConform(open: Open): void {
  describe('plans', () => {
    const shared = sharedHost(open);

    it('of 200 endpoints are one transaction', async () => {
      const { kernel } = shared;
      const all = [table, ...network(1), ...Array.from({ length: 200 }, (_, index) => endpoint(1, 2 + index)).flat()];
      await make(kernel, all);
      await expectRead(kernel, all);
      await clear(kernel);
      await expectRead(kernel, []);
    });

    it('that only create are taken back by their inverse', async () => {
      const { kernel } = shared;
      await fc.assert(
        fc.asyncProperty(scenes, async (scene) => {
          await clear(kernel);
          const plan = diff([], scene);
          await settle(kernel, plan);
          await expectRead(kernel, scene);
          await settle(kernel, invert(plan));
          await expectRead(kernel, []);
        }),
        { numRuns: 8 },
      );
    });

    it('lead from any scene to any other, and back', async () => {
      const { kernel } = shared;
      await fc.assert(
        fc.asyncProperty(scenes, scenes, async (before, after) => {
          await clear(kernel);
          await make(kernel, before);
          await settle(kernel, diff(before, after));
          await expectRead(kernel, after);
          await settle(kernel, diff(after, before));
          await expectRead(kernel, before);
        }),
        { numRuns: 8 },
      );
    });
  });
}
