import { describe, expect, it } from 'vitest';
import { type Waiting, Waits } from './waits.js';

const recorder = () => {
  const told: string[] = [];
  const named = (name: string, act: () => void = () => undefined) => ({
    expired: () => {
      told.push(name);
      act();
    },
    failed: (error: unknown) => told.push(`${name}: ${String(error)}`),
  });
  return { told, named };
};

describe('Waits', () => {
  it('tells each once when its time is over, in the order in which they began', () => {
    const { told, named } = recorder();
    const waits = new Waits(100);
    waits.begin(named('a'), 0);
    waits.begin(named('b'), 10);
    expect(waits.first).toBe(100);
    waits.expire(99);
    expect(told).toEqual([]);
    waits.expire(100);
    expect(told).toEqual(['a']);
    expect(waits.first).toBe(110);
    waits.expire(500);
    waits.expire(900);
    expect(told).toEqual(['a', 'b']);
    expect(waits.first).toBe(Number.POSITIVE_INFINITY);
  });

  it('tells nobody who was cleared, and later who began anew', () => {
    const { told, named } = recorder();
    const waits = new Waits(100);
    const [a, b] = [named('a'), named('b')];
    waits.begin(a, 0);
    waits.begin(b, 1);
    waits.begin(a, 50);
    waits.clear(b);
    waits.expire(149);
    expect(told).toEqual([]);
    expect(waits.first).toBe(150);
    waits.expire(150);
    expect(told).toEqual(['a']);
  });

  it('lets those who are told begin again', () => {
    const { told, named } = recorder();
    const waits = new Waits(100);
    const again: Waiting = named('again', () => waits.begin(again, 100));
    waits.begin(again, 0);
    waits.expire(100);
    expect(told).toEqual(['again']);
    expect(waits.first).toBe(200);
  });

  it('goes on when one of them throws, and tells that one', () => {
    const { told, named } = recorder();
    const waits = new Waits(100);
    waits.begin(
      named('a', () => {
        throw new Error('oh');
      }),
      0,
    );
    waits.begin(named('b'), 0);
    waits.expire(100);
    expect(told).toEqual(['a', 'a: Error: oh', 'b']);
  });
});
