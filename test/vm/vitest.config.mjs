import { join } from 'node:path';
import { configDefaults, defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');

// Files of the kernel tier run here when they are named: `npm run test:vm -- test/kernel/ports`.
const named = process.argv.filter((word) => word.startsWith('test/kernel/')).map((word) => `${word.replace(/\.test\.ts$/, '')}*.test.ts`);

// What was said of the files to run. Minutes of a guest's: they run when they are named, as do parts of others (is-named.ts).
const words = process.argv.slice(2).filter((word) => !word.startsWith('-'));
const LONG = ['physical-network', 'wireguard-faults'];
const long = LONG.filter((name) => !process.argv.some((word) => word.includes(name))).map((name) => `test/vm/${name}.test.ts`);

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
    env: { FAIRLEAD_VM_NAMED: words.join(' ') },
    server: { deps: { external: [/\/dist\//] } },
    experimental: { fsModuleCache: true, fsModuleCachePath: join(root, '.cache/vm/modules') },
  },
});
