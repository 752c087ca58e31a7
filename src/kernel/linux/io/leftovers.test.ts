import { describe, expect, it } from 'vitest';
import { Leftovers } from './leftovers.js';

const MEGABYTE = 1 << 20;

// A heap of which `live` is needed.
function heapOf(live: number) {
  const heap = { bytes: 9 * MEGABYTE, collected: 0 };
  const collect = () => {
    heap.collected++;
    heap.bytes = live;
  };
  return { heap, of: { used: () => heap.bytes, collect } };
}

describe('what work has left in a thread', () => {
  it('is collected three times once it has been quiet, and then no more', () => {
    const { heap, of } = heapOf(4 * MEGABYTE);
    const leftovers = new Leftovers(0, of);
    expect(leftovers.rest(7999)).toBe(false);
    expect(heap.collected).toBe(0);
    expect([8000, 8500, 9000, 9500].map((now) => leftovers.rest(now))).toEqual([false, false, true, false]);
    expect(heap.collected).toBe(3);
  });

  it('waits for the work to end', () => {
    const { heap, of } = heapOf(4 * MEGABYTE);
    const leftovers = new Leftovers(0, of);
    leftovers.rest(8000);
    leftovers.worked(8400);
    leftovers.rest(8500);
    leftovers.rest(16_300);
    expect(heap.collected).toBe(1);
    leftovers.rest(16_400);
    expect(heap.collected).toBe(2);
  });

  it('is left where it is little', () => {
    const { heap, of } = heapOf(4 * MEGABYTE);
    const leftovers = new Leftovers(0, of);
    for (const now of [8000, 8500, 9000]) leftovers.rest(now);
    heap.bytes += 2 * MEGABYTE - 1;
    leftovers.rest(20_000);
    expect(heap.collected).toBe(3);
    heap.bytes += 1;
    for (const now of [20_500, 21_000, 21_500, 22_000]) leftovers.rest(now);
    expect(heap.collected).toBe(6);
  });

  it('is left to V8 where the process does not give --expose-gc', () => {
    const { heap } = heapOf(0);
    const leftovers = new Leftovers(0, { used: () => heap.bytes, collect: undefined });
    expect([8000, 8500, 9000].map((now) => leftovers.rest(now))).toEqual([false, false, false]);
  });
});
