import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { markdown } from './markdown.mjs';
import { bars } from './plot.mjs';

/** Writes `latest.json`, `latest.md` and a plot for each scenario whose rows are durations; those of an earlier run are gone. */
export function write(directory, found) {
  mkdirSync(directory, { recursive: true });
  for (const name of readdirSync(directory)) if (name.endsWith('.svg')) rmSync(join(directory, name));
  const plots = new Map();
  for (const scenario of new Set(found.rows.map((row) => row.scenario))) {
    const rows = found.rows.filter((row) => row.scenario === scenario && row.unit === 'µs');
    if (rows.length < 2) continue;
    const file = `${scenario.replaceAll(' ', '-')}.svg`;
    writeFileSync(join(directory, file), bars(`${scenario}: median, and on to p99`, rows));
    plots.set(scenario, file);
  }
  writeFileSync(join(directory, 'latest.json'), `${JSON.stringify(found, null, 2)}\n`);
  writeFileSync(join(directory, 'latest.md'), markdown(found, plots));
}
