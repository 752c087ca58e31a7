// node scripts/tiers.mjs TIER… [WORD…]: runs tiers of tests one after the other; WORDs name test files. `everyday` is what
// `npm test` runs, `others` the rest. `--sum` runs nothing and adds up what the last runs came to, `--forget` begins anew.
import { everyday, others } from './tiers/list.mjs';
import { forget, keep, kept, print } from './tiers/report.mjs';
import { runTier } from './tiers/run-tier.mjs';

const [wanted, filters] = split(process.argv.slice(2));
if (wanted.includes('--forget')) forget();
else if (wanted.includes('--sum')) process.exitCode = print(kept([...everyday, ...others()]));
else {
  const results = [];
  for (const tier of wanted.flatMap(expand)) {
    process.stdout.write(`\n── ${tier} ──\n`);
    const result = await runTier(tier, filters);
    keep(result);
    results.push(result);
  }
  process.exitCode = print(results);
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
