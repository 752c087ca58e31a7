import { describe, expect, it } from 'vitest';
import { inTurns } from './in-turns.js';

describe('many, some at a time', () => {
  it('leave others their turns, though none of them waits for anything', async () => {
    let turns = 0;
    let going = true;
    const others = (): void => {
      turns++;
      if (going) setImmediate(others);
    };
    setImmediate(others);
    const told: number[] = [];
    const outcomes = await inTurns(
      Array.from({ length: 100 }, (_, n) => n),
      async (n) => n * 2,
      { told: (done) => told.push(done) },
    );
    going = false;
    expect(outcomes).toHaveLength(100);
    expect(told).toEqual([16, 32, 48, 64, 80, 96, 100]);
    expect(turns).toBeGreaterThanOrEqual(told.length - 1);
  });

  it('begin no more once their signal aborts', async () => {
    const stop = new AbortController();
    const begun: number[] = [];
    const all = inTurns(
      Array.from({ length: 100 }, (_, n) => n),
      async (n) => begun.push(n),
      { told: (done) => done === 32 && stop.abort(), signal: stop.signal },
    );
    await expect(all).rejects.toMatchObject({ name: 'AbortError' });
    expect(begun).toHaveLength(32);
  });
});
