import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown } from './markdown.mjs';
import { bars } from './plot.mjs';

const fileOf = (scenario) => `${scenario.replaceAll(' ', '-')}.svg`;

/** Writes `latest.json`, `latest.md` and a plot for each scenario whose rows are durations; those of an earlier run are gone, and what others keep there stays. */
export function write(directory, found) {
  mkdirSync(directory, { recursive: true });
  const json = join(directory, 'latest.json');
  const before = existsSync(json) ? JSON.parse(readFileSync(json, 'utf8')).rows : [];
  for (const scenario of new Set(before.map((row) => row.scenario))) rmSync(join(directory, fileOf(scenario)), { force: true });
  const plots = new Map();
  for (const scenario of new Set(found.rows.map((row) => row.scenario))) {
    const rows = found.rows.filter((row) => row.scenario === scenario && row.unit === 'µs');
    if (rows.length < 2) continue;
    const file = fileOf(scenario);
    writeFileSync(join(directory, file), bars(`${scenario}: median, and on to p99`, rows));
    plots.set(scenario, file);
  }
  writeFileSync(json, `${JSON.stringify(found, null, 2)}\n`);
  writeFileSync(join(directory, 'latest.md'), markdown(found, plots));
}
