import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Json } from '../base/json.js';
import { sharedParts } from './shared-parts.js';

it('answers what it was given', () => {
  fc.assert(
    fc.property(fc.array(fc.jsonValue({ maxDepth: 4 })), (values) => {
      const like = sharedParts();
      expect(values.map((value) => like(structuredClone(value) as Json))).toEqual(values);
    }),
  );
});

it('has what is empty once', () => {
  const like = sharedParts();
  const [one, other] = [like({ labels: {}, ports: [] }), like({ labels: {}, ports: [] })] as { readonly labels: object; readonly ports: object }[];
  expect(one?.labels).toBe(other?.labels);
  expect(one?.ports).toBe(other?.ports);
});
