import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RangeSet } from './range-set.js';

const top = 40;
const bound = fc.integer({ min: 0, max: top });
const step = fc.record({ add: fc.boolean(), first: bound, length: fc.integer({ min: 0, max: 6 }) });

// The same set, number by number, as ranges.
function rangesOf(numbers: ReadonlySet<number>) {
  const ranges: { first: bigint; last: bigint }[] = [];
  for (const number of [...numbers].sort((a, b) => a - b).map(BigInt)) {
    const before = ranges.at(-1);
    if (before && before.last + 1n === number) before.last = number;
    else ranges.push({ first: number, last: number });
  }
  return ranges;
}

describe('RangeSet', () => {
  it('holds what a set of numbers holds', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), bound, bound, (steps, from, last) => {
        const fast = new RangeSet();
        const slow = new Set<number>();
        for (const { add, first, length } of steps) {
          if (add) fast.add(BigInt(first), BigInt(first + length));
          else fast.delete(BigInt(first), BigInt(first + length));
          for (let number = first; number <= first + length; number++) slow[add ? 'add' : 'delete'](number);
          expect(fast.size).toBe(BigInt(slow.size));
        }
        const ranges = rangesOf(slow);
        expect([...fast]).toEqual(ranges);
        for (let number = 0; number <= top; number++) expect(fast.has(BigInt(number))).toBe(slow.has(number));
        expect(fast.rangeFrom(BigInt(from))).toEqual(ranges.find((range) => range.last >= from));
        const free = Array.from({ length: top + 1 }, (_, number) => number).find((number) => number >= from && number <= last && !slow.has(number));
        expect(fast.firstFree(BigInt(from), BigInt(last))).toBe(free === undefined ? undefined : BigInt(free));
      }),
      { numRuns: 1_000 },
    );
  });

  it('changes nothing for a range that ends before it begins', () => {
    const set = new RangeSet();
    set.add(1n, 9n);
    set.add(20n, 11n);
    set.delete(5n, 4n);
    expect([...set]).toEqual([{ first: 1n, last: 9n }]);
  });

  it('works beyond 64 bits', () => {
    const set = new RangeSet();
    const base = 0xfdn << 120n;
    set.add(base, base + (1n << 64n) - 1n);
    expect(set.firstFree(base, base + (1n << 80n))).toBe(base + (1n << 64n));
    set.delete(base + 5n);
    expect(set.firstFree(base, base + 9n)).toBe(base + 5n);
    expect(set.size).toBe((1n << 64n) - 1n);
  });

  it('fills and frees 65,536 numbers in microseconds each', () => {
    const count = 65_536n;
    const set = new RangeSet();
    const timed = (what: string, from: bigint, by: bigint, work: (number: bigint) => void) => {
      const started = performance.now();
      for (let number = from; number < count; number += by) work(number);
      console.log(`RangeSet: ${what} ${(((performance.now() - started) * 1000) / Number((count - from) / by)).toFixed(2)} µs each`);
    };
    let wrong = 0;
    timed('fill', 0n, 1n, (number) => {
      if (set.firstFree(number, count - 1n) !== number) wrong++;
      set.add(number);
    });
    expect(wrong).toBe(0);
    expect([...set]).toEqual([{ first: 0n, last: count - 1n }]);
    expect(set.firstFree(0n, count - 1n)).toBeUndefined();
    timed('free every other', 0n, 2n, (number) => set.delete(number));
    expect(set.size).toBe(count / 2n);
    timed('free the rest', 1n, 2n, (number) => set.delete(number));
    expect([...set]).toEqual([]);
  });
});
