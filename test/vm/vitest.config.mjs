import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');

// Files of the kernel tier run here when they are named: `npm run test:vm -- test/kernel/ports`.
const named = process.argv.filter((word) => word.startsWith('test/kernel/')).map((word) => `${word.replace(/\.test\.ts$/, '')}*.test.ts`);

// Two minutes of a guest's: it runs when it is named.
const LONG = 'physical-network';
const long = process.argv.some((word) => word.includes(LONG)) ? [] : [`test/vm/${LONG}.test.ts`];

// In software emulation all takes ten times as long: so do the limits. What is built is loaded as it is, what is not is compiled before
// the guest starts, and the files share one process, one after the other.
export default defineConfig({
  root,
  test: {
    name: 'vm',
    include: ['test/vm/**/*.test.ts', ...named],
    exclude: [...configDefaults.exclude, ...long],
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    server: { deps: { external: [/\/dist\//] } },
    experimental: { fsModuleCache: true, fsModuleCachePath: join(root, '.cache/vm/modules') },
  },
});
