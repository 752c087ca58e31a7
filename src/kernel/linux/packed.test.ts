import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ElementResource, Operation, Resource } from '../../resource/resource.js';
import { packPlan, packResources, unpackPlan, unpackResources } from './packed.js';

const element = fc
  .record({
    in: fc.constantFrom('host' as const, 'ns/a' as const),
    family: fc.constantFrom('inet' as const, 'bridge' as const),
    map: fc.constantFrom('masq', 'snat4', 'own4'),
    key: fc.string({ maxLength: 8 }),
    value: fc.option(fc.string({ maxLength: 4 }), { nil: undefined }),
  })
  .map(({ value, ...rest }): ElementResource => ({ kind: 'element', table: 'fairlead', ...rest, ...(value === undefined ? {} : { value }) }));
const resource = fc.oneof({ weight: 4, arbitrary: element }, fc.constant<Resource>({ kind: 'up', in: 'host', link: 'br0' }));
const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: fc.constantFrom('create' as const, 'delete' as const), resource }),
  fc.record({ do: fc.constant('change' as const), from: element, to: element }),
);

it('brings resources and plans to the other thread as they were', () => {
  fc.assert(
    fc.property(fc.array(resource), (all) => {
      expect(unpackResources(structuredClone(packResources(all)))).toEqual(all);
    }),
  );
  fc.assert(
    fc.property(fc.array(operation), (plan) => {
      expect(unpackPlan(structuredClone(packPlan(plan)))).toEqual(plan);
    }),
  );
});

it('puts neighbouring elements into columns, whatever sets they are in', () => {
  const [a, b] = [
    { kind: 'element', in: 'host', family: 'inet', table: 'fairlead', map: 'masq', key: 'br0' },
    { kind: 'element', in: 'host', family: 'bridge', table: 'fairlead', map: 'own4', key: 'fl1 . 10.0.0.2' },
  ] as const;
  const create = (resource: Resource): Operation => ({ do: 'create', resource });
  expect(packPlan([create(a), create(b), create(a), { do: 'delete', resource: a }])).toHaveLength(2);
});
