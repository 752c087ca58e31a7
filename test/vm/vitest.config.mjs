import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');

// Files of the kernel tier run here when they are named: `npm run test:vm -- test/kernel/ports`.
const named = process.argv.filter((word) => word.startsWith('test/kernel/')).map((word) => (word.endsWith('.test.ts') ? word : `${word}*.test.ts`));

// Of the kernel tier's files about packets the one that tells most of a kernel in little time: both families, subnets of all lengths, narrow links on the way.
const ALWAYS = ['test/kernel/dual-stack.test.ts'];

// Minutes of a guest's: they run when they are named, as do parts of others (is-named.ts).
const LONG = ['physical-network', 'wireguard-faults', 'ipvlan-segment', 'docker', 'sriov-packets'];
const long = LONG.filter((name) => !process.argv.some((word) => word.includes(name))).map((name) => `test/vm/${name}.test.ts`);

// Which files run: these are put together for the guest, which has a runner of its own (scripts/vm/guest-tests.mjs).
export default defineConfig({
  root,
  test: {
    name: 'vm',
    include: ['test/vm/**/*.test.ts', ...ALWAYS, ...named],
    exclude: [...configDefaults.exclude, ...long],
  },
});
