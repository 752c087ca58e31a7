// node scripts/tiers.mjs TIER… [WORD…]: runs tiers of tests one after the other, the guest's beside the others; WORDs name test files.
// `everyday` is what `npm test` runs, `others` the rest. `--sum` runs nothing and adds up what the last runs came to, `--forget` begins anew.
import { runQuietly } from './lib/run.mjs';
import { everyday, others } from './tiers/list.mjs';
import { forget, keep, kept, print } from './tiers/report.mjs';
import { runTier } from './tiers/run-tier.mjs';

const ASIDE = 'vm';

const [wanted, filters] = split(process.argv.slice(2));
if (wanted.includes('--forget')) forget();
else if (wanted.includes('--sum')) process.exitCode = print(kept([...everyday, ...others()]));
else {
  const tiers = wanted.flatMap(expand);
  // An emulated machine keeps one processor busy, the other tiers mostly wait.
  const aside = tiers.length > 1 && tiers.includes(ASIDE) ? begin(ASIDE) : undefined;
  const results = [];
  for (const tier of tiers.filter((each) => aside === undefined || each !== ASIDE)) {
    process.stdout.write(`\n── ${tier} ──\n`);
    const result = await runTier(tier, filters);
    keep(result);
    results.push(result);
  }
  if (aside !== undefined) {
    process.stdout.write((await aside).output);
    results.push(...kept([ASIDE]));
  }
  process.exitCode = print(results);
}

// A run of its own, whose output is shown when it has ended.
function begin(tier) {
  forget(tier);
  return runQuietly(process.execPath, [import.meta.filename, tier, ...filters]);
}

function expand(word) {
  if (word === 'everyday') return everyday;
  return word === 'others' ? others() : [word];
}

// npm passes on what stands behind its own `--`; words that name no tier are filters.
function split(words) {
  const known = new Set(['--forget', '--sum', 'everyday', 'others', ...everyday, ...others()]);
  return [words.filter((word) => known.has(word)), words.filter((word) => !known.has(word))];
}
