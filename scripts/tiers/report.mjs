import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUNDLE } from '../vm/bundle.mjs';
import { root } from '../lib/project.mjs';
import { seconds, table } from '../lib/table.mjs';

const folder = join(root, '.cache', 'tiers');

/** Where vitest writes the results of a tier. */
export function resultsFile(tier) {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${tier}.vitest.json`);
  rmSync(path, { force: true });
  return path;
}

/**
 * What vitest's report says of a tier. A file that could not be loaded has no tests and counts as a failed one; so does a run
 * that ended badly with no test to blame (an error outside of any test).
 */
export function readResults(path, status) {
  const tests = [];
  if (existsSync(path)) {
    for (const file of JSON.parse(readFileSync(path, 'utf8')).testResults) {
      const cases = file.assertionResults;
      for (const each of cases)
        tests.push({ name: each.fullName, file: short(file.name), outcome: outcomes[each.status] ?? 'skipped', milliseconds: each.duration ?? 0 });
      if (file.status === 'failed' && !cases.some((each) => each.status === 'failed')) tests.push(trouble(short(file.name), file.message.split('\n')[0]));
    }
  }
  if (status !== 0 && !tests.some((test) => test.outcome === 'failed')) tests.push(trouble('', `the run ended with ${status}`));
  return tests;
}

const outcomes = { passed: 'passed', failed: 'failed' };
// A guest's are put together elsewhere (../vm/bundle.mjs).
const short = (path) =>
  path
    .replace(`${BUNDLE}/`, `${root}/`)
    .replace(`${root}/`, '')
    .replace(/\.test\.js$/, '.test.ts');

/** A failure that is no test's own. */
export const trouble = (file, name) => ({ name, file, outcome: 'failed', milliseconds: 0 });

/** Keeps what a tier came to, for the sum of several runs. */
export function keep(result) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${result.tier}.json`), JSON.stringify(result));
}

/** What was kept of these tiers; of one that wrote nothing, a failure. */
export const kept = (tiers) =>
  tiers.map((tier) => {
    const path = join(folder, `${tier}.json`);
    if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8'));
    return { tier, milliseconds: 0, budget: 0, tests: [trouble('', `tier ${tier} did not run to its end`)] };
  });

/** Forgets what earlier runs kept: of this tier, or all. */
export const forget = (tier) => rmSync(tier === undefined ? folder : join(folder, `${tier}.json`), { recursive: true, force: true });

/** How many tests of these tiers came to what. In CI a skipped test is a failed one. */
export function count(results, ci = isCi()) {
  const tests = results.flatMap((result) => result.tests);
  const of = (outcome) => tests.filter((test) => test.outcome === outcome).length;
  return { passed: of('passed'), failed: of('failed') + (ci ? of('skipped') : 0), skipped: ci ? 0 : of('skipped') };
}

/** Whether this is a run where nothing may be left out. */
export const isCi = () => ['1', 'true'].includes((process.env.CI ?? '').toLowerCase());

/** Prints the tiers, the ten slowest tests, what failed, and as the last line `N passed, N failed`. Returns the exit status. */
export function print(results) {
  const lines = table(
    ['tier', 'seconds', 'budget', 'passed', 'failed', 'skipped'],
    results.map((result) => {
      const { passed, failed, skipped } = count([result]);
      return [result.tier, seconds(result.milliseconds), result.budget, passed, failed, skipped];
    }),
  );
  const tests = results.flatMap((result) => result.tests);
  const slowest = tests.filter((test) => test.milliseconds > 0).sort((a, b) => b.milliseconds - a.milliseconds);
  if (slowest.length > 0)
    lines.push('', 'slowest:', ...slowest.slice(0, 10).map((test) => `  ${(test.milliseconds / 1000).toFixed(2).padStart(6)}  ${test.name}  (${test.file})`));
  const bad = tests.filter((test) => test.outcome === 'failed' || (isCi() && test.outcome === 'skipped'));
  if (bad.length > 0)
    lines.push('', 'failed:', ...bad.map((test) => `  ${[test.file, test.name].filter(Boolean).join('  ')}${test.outcome === 'skipped' ? ' (skipped)' : ''}`));
  for (const result of results) if (result.skip) lines.push('', `${result.tier} was left out: ${result.skip}`);
  for (const result of results) if (result.milliseconds > result.budget * 1000) lines.push('', `${result.tier} took longer than its budget`);
  const { passed, failed } = count(results);
  lines.push('', `${passed} passed, ${failed} failed`);
  process.stdout.write(`\n${lines.join('\n')}\n`);
  const leftOut = results.every((result) => result.skip);
  return failed === 0 && (passed > 0 || leftOut) ? 0 : 1;
}
