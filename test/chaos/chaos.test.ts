import { randomInt } from 'node:crypto';
import { expect, it } from 'vitest';
import { runChaos } from './run.js';

// `npm run chaos` says these; by themselves there is a fixed seed and a new one.
const { FAIRLEAD_CHAOS_SEED, FAIRLEAD_CHAOS_COUNT } = process.env;
const seeds = FAIRLEAD_CHAOS_SEED === undefined ? [1, randomInt(2 ** 31)] : [Number(FAIRLEAD_CHAOS_SEED)];
const count = Number(FAIRLEAD_CHAOS_COUNT ?? 1000);

it.each(seeds)(
  'what was acknowledged survives every kill, and nothing else (seed %i)',
  async (seed) => {
    const { operations, kills, acknowledged, refused } = await runChaos(seed, count);
    console.log(`seed ${seed}: ${operations} operations, ${acknowledged} acknowledged, ${kills} kills;`, Object.fromEntries(refused));
    expect(operations).toBe(count);
    // Most of them did something.
    expect(acknowledged).toBeGreaterThan(count / 5);
  },
  Math.max(120_000, count * 200),
);
