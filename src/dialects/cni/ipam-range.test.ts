import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ipFromNumber, ipNumber } from '../../ip/ip.js';
import { contains, firstOf, knownPrefix, lastOf, prefixLength } from '../../ip/prefix.js';
import { rangeWish } from './ipam-range.js';

const subnet = knownPrefix('10.1.2.0/24');
const at = (last: number) => ipFromNumber(firstOf(subnet) + BigInt(last), 4);

it('is a subnet without what is kept', () => {
  expect(rangeWish({ subnet })).toBeUndefined();
  expect(rangeWish({ subnet, rangeStart: at(64), rangeEnd: at(127) })).toEqual({ range: '10.1.2.64/26', kept: [] });
  expect(rangeWish({ subnet, rangeStart: at(65), rangeEnd: at(70) })).toEqual({ range: '10.1.2.64/29', kept: [at(64), at(71)] });
  expect(rangeWish({ subnet, rangeStart: at(253) })).toEqual({ range: '10.1.2.252/30', kept: [at(252)] });
});

it('gives every address of the range and no other, whatever it is', () => {
  fc.assert(
    fc.property(fc.nat(255), fc.nat(255), (one, other) => {
      const [first, last] = [Math.min(one, other), Math.max(one, other)];
      const found = rangeWish({ subnet, rangeStart: at(first), rangeEnd: at(last) });
      if (!found) throw new Error('there is a range');
      expect(prefixLength(found.range)).toBeGreaterThanOrEqual(prefixLength(subnet));
      const kept = new Set(found.kept);
      for (let number = 0; number < 256; number++) expect(contains(found.range, at(number)) && !kept.has(at(number))).toBe(number >= first && number <= last);
      for (const ip of kept) expect(ipNumber(ip) >= firstOf(found.range) && ipNumber(ip) <= lastOf(found.range)).toBe(true);
    }),
  );
});

it.each([
  [{ rangeStart: '10.1.3.1' }, /10\.1\.3\.1 is none of 10\.1\.2\.0\/24/],
  [{ rangeStart: '10.1.2.9', rangeEnd: '10.1.2.8' }, /below rangeStart/],
  [{ rangeEnd: 'fd00::1' }, /is none of/],
])('refuses %j', (said, message) => expect(() => rangeWish({ subnet, ...said } as Parameters<typeof rangeWish>[0])).toThrow(message));

it('refuses one that would keep too many', () => {
  expect(() => rangeWish({ subnet: knownPrefix('10.0.0.0/8'), rangeStart: ipFromNumber(ipNumber(at(0)) + 4096n, 4) })).toThrow(/keeps 256 at most/);
});
