import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, root, textOf } from '../lib/project.mjs';

// Budgets in seconds on two processors.
const budgets = { check: 30, unit: 90, kernel: 300, peers: 360, vm: 300, browser: 60, chaos: 90 };

// What is no tier: suites that tiers run, expected texts, helpers.
const helpers = new Set(['conformance', 'golden', 'tool']);

/** The folders below test/ that are tiers: those with tests in them. */
const folders = () => {
  const test = join(root, 'test');
  if (!existsSync(test)) return [];
  const names = readdirSync(test, { withFileTypes: true }).filter((entry) => entry.isDirectory() && !helpers.has(entry.name));
  return names.map((entry) => entry.name).filter((name) => filesUnder(join('test', name), ['.test.ts']).length > 0);
};

/** The tiers of `npm test`. */
export const everyday = ['unit', 'kernel'];

/** The tiers that `npm test` does not run, in the order of their budgets' table. */
export function others() {
  const rest = ['check', ...folders().filter((name) => !everyday.includes(name))];
  const order = Object.keys(budgets);
  return rest.sort((a, b) => (order.indexOf(a) + 1 || order.length + 1) - (order.indexOf(b) + 1 || order.length + 1));
}

/** How many seconds a tier may take. */
export const budgetOf = (tier) => budgets[tier] ?? 60;

/** Whether the tier makes network namespaces, and so needs root or a user namespace. */
export const needsNamespaces = (tier) => !['check', 'unit', 'browser', 'vm'].includes(tier);

/** The packages of Debian whose programs a tier starts: the lines of its packages.txt. */
export const packagesOf = (tier) =>
  textOf(join('test', tier, 'packages.txt'))
    .split('\n')
    .filter(Boolean);

const kernelFiles = (...names) => names.map((name) => `test/kernel/${name}.test.ts`);

// Words that name many files of a guest's tests.
const ways = kernelFiles('names', 'flows', 'gateways', 'gateway-modes', 'dual-stack');
const gates = ['test/vm/packets.test.ts', ...kernelFiles('egress', 'ports', 'traffic')];
const sets = { packets: [...gates, ...ways], 'packets-ways': ways, 'packets-gates': gates };

/** The files that are meant by what was said of a guest's: a word may be a set of them. */
export const guestFiles = (words) => words.flatMap((word) => sets[word] ?? [word]);
