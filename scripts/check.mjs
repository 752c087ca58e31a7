// Everything about the code that can be seen without running it: `npm run check [-- PART…]`. `--json=FILE` keeps the outcome.
import { writeFileSync } from 'node:fs';
import * as api from './checks/api.mjs';
import * as cycles from './checks/cycles.mjs';
import * as docstrings from './checks/docstrings.mjs';
import * as errors from './checks/errors.mjs';
import * as layers from './checks/layers.mjs';
import * as leftovers from './checks/leftovers.mjs';
import * as links from './checks/links.mjs';
import * as packages from './checks/packages.mjs';
import * as readmes from './checks/readmes.mjs';
import * as shipped from './checks/shipped.mjs';
import * as sizes from './checks/sizes.mjs';
import { tools } from './checks/tools.mjs';
import { root } from './lib/project.mjs';
import { seconds, table } from './lib/table.mjs';

const everything = [...tools, layers, cycles, packages, sizes, readmes, links, docstrings, errors, api, shipped, leftovers];
const shown = 40;

const words = process.argv.slice(2);
const wanted = words.filter((word) => !word.startsWith('--json='));
const report = words.find((word) => word.startsWith('--json='))?.slice('--json='.length);
const parts = everything.filter((part) => wanted.length === 0 || wanted.includes(part.name));
if (parts.length === 0) {
  process.stderr.write(`no such part; there are: ${everything.map((part) => part.name).join(', ')}\n`);
  process.exit(1);
}

const outcomes = await twoAtATime(parts, look);
for (const { name, found } of outcomes.filter(({ ok }) => !ok)) {
  const rest = found.length > shown ? [`… and ${found.length - shown} more lines`] : [];
  process.stdout.write(`\n── ${name} ──\n${[...found.slice(0, shown), ...rest].join('\n')}\n`);
}
const lines = table(
  ['check', 'seconds', ''],
  outcomes.map(({ name, ok, milliseconds }) => [name, seconds(milliseconds), ok ? 'ok' : 'failed']),
);
process.stdout.write(`\n${lines.join('\n')}\n`);
if (report !== undefined) writeFileSync(report, JSON.stringify(outcomes.map(({ name, ok, milliseconds }) => ({ name, ok, milliseconds }))));
process.exitCode = outcomes.every(({ ok }) => ok) ? 0 : 1;

async function look(part) {
  const begun = Date.now();
  const found = await attempt(part);
  return { name: part.name, ok: found.length === 0, found, milliseconds: Date.now() - begun };
}

// A check that cannot be made is a check that failed.
async function attempt(part) {
  try {
    return await part.run(root);
  } catch (error) {
    return [String(error)];
  }
}

async function twoAtATime(items, work) {
  const results = [];
  const queue = items.entries();
  const worker = async () => {
    for (const [at, item] of queue) results[at] = await work(item);
  };
  await Promise.all([worker(), worker()]);
  return results;
}
