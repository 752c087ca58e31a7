import fc from 'fast-check';
import { expect, it } from 'vitest';
import { firstOf, knownPrefix, lastOf, overlaps, prefixLength, subnets } from '../../ip/prefix.js';
import { RangeSet } from '../../ip/range-set.js';
import type { Prefix } from '../../ip/types.js';
import { SubnetPicker } from './subnet-picker.js';

const pools = [
  { base: knownPrefix('10.3.0.0/28'), size: 30 },
  { base: knownPrefix('10.1.0.0/29'), size: 29 },
  { base: knownPrefix('10.2.0.0/27'), size: 29 },
];
const pieces = pools.flatMap(({ base }) => [28, 29, 30, 31, 32].flatMap((length) => [...subnets(base, length)]));

const rangesOf = (prefixes: Iterable<Prefix>) => {
  const set = new RangeSet();
  for (const prefix of prefixes) set.add(firstOf(prefix), lastOf(prefix));
  return set;
};

it('picks what looking at one subnet after the other finds', () => {
  const step = fc.record({
    length: fc.constantFrom(undefined, undefined, 27, 29, 30),
    give: fc.nat(20),
    avoid: fc.array(fc.constantFrom(...pieces), { maxLength: 3 }),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      const picker = new SubnetPicker(4, pools);
      const held: Prefix[] = [];
      let place = 0;
      let from = 0n;
      for (const { length, give, avoid } of steps) {
        // Every subnet there is, from where it goes on to there again.
        const all = pools.map(({ base, size }, index) => ({ index, list: (length ?? size) < prefixLength(base) ? [] : [...subnets(base, length ?? size)] }));
        const turn = [...all.slice(place), ...all.slice(0, place), ...all.slice(place, place + 1)];
        const candidates = turn.flatMap(({ index, list }, round) =>
          list.filter((each) => round > 0 || firstOf(each) >= from).map((subnet) => ({ index, subnet })),
        );
        const expected = candidates.find(({ subnet }) => ![...held, ...avoid].some((each) => overlaps(each, subnet)));
        expect(picker.pick([rangesOf(held), rangesOf(avoid)], length)).toBe(expected?.subnet);
        if (expected) {
          held.push(expected.subnet);
          place = expected.index;
          from = lastOf(expected.subnet) + 1n;
        }
        held.splice(give, 1);
      }
    }),
    { numRuns: 500 },
  );
});

it('never goes back for what was given before a restart', () => {
  const picker = new SubnetPicker(4, pools);
  for (const subnet of ['10.1.0.0/29', '10.3.0.0/30', '10.99.0.0/24']) picker.passed(knownPrefix(subnet));
  expect(picker.pick([])).toBe('10.2.0.0/29');
  picker.passed(knownPrefix('10.2.0.16/29'));
  picker.passed(knownPrefix('10.2.0.8/29'));
  expect(picker.pick([])).toBe('10.2.0.24/29');
  expect(picker.pick([])).toBe('10.3.0.0/30');
});
