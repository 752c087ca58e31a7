// npm run chaos -- [--seed N] [--count N]: the chaos tier with one seed, a new one unless said, and 100,000 operations.
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { print } from './tiers/report.mjs';
import { runTier } from './tiers/run-tier.mjs';

const { values } = parseArgs({ options: { seed: { type: 'string' }, count: { type: 'string' } } });
process.env.FAIRLEAD_CHAOS_SEED = values.seed ?? String(randomInt(2 ** 31));
process.env.FAIRLEAD_CHAOS_COUNT = values.count ?? '100000';
console.log(`seed ${process.env.FAIRLEAD_CHAOS_SEED}, ${process.env.FAIRLEAD_CHAOS_COUNT} operations`);
process.exitCode = print([{ ...(await runTier('chaos')), budget: Number(process.env.FAIRLEAD_CHAOS_COUNT) }]);
