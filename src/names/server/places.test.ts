import { describe, expect, it } from 'vitest';
import { Places } from './places.js';

/** How many each gets that takes all it can get, in turns. */
function filled(places: Places, ...sandboxes: readonly string[]): readonly number[] {
  const got = sandboxes.map(() => 0);
  for (let before = -1; before !== places.taken; ) {
    before = places.taken;
    for (const [index, each] of sandboxes.entries()) {
      if (!places.has(each)) continue;
      places.take(each);
      got[index] = (got[index] ?? 0) + 1;
    }
  }
  return got;
}

describe('places for questions', () => {
  it('are half of all for one alone, and shared evenly by those that want all, with as many left', () => {
    expect(filled(new Places(4_096), 'a')).toEqual([2_048]);
    expect(filled(new Places(12), 'a', 'b')).toEqual([4, 4]);
    expect(filled(new Places(4_096), ...Array.from({ length: 100 }, (_, index) => `s${index}`)).every((got) => got >= 40 && got <= 41)).toBe(true);
  });

  it('are there for others, however many somebody had before these came', () => {
    const places = new Places(16);
    expect(filled(places, 'a')).toEqual([8]);
    expect(filled(places, 'b')).toEqual([4]);
    expect(filled(places, 'c')).toEqual([2]);
    expect([places.has('a'), places.has('b'), places.has('d')]).toEqual([false, false, true]);
  });

  it('are free again once they are given back', () => {
    const places = new Places(8);
    filled(places, 'a', 'b', 'c');
    for (let left = 2; left > 0; left--) places.give('a');
    expect([places.taken, places.has('b')]).toEqual([4, true]);
    for (const each of ['b', 'b', 'c', 'c']) places.give(each);
    expect(places.taken).toBe(0);
    expect(filled(places, 'd')).toEqual([4]);
  });

  it('are all of them gone at last, where there are more sandboxes than places', () => {
    const places = new Places(3);
    for (const each of ['a', 'b', 'c']) {
      expect(places.has(each)).toBe(true);
      places.take(each);
    }
    expect(places.has('d')).toBe(false);
  });
});
