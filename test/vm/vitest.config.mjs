import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

const root = join(import.meta.dirname, '../..');

// In software emulation all takes ten times as long: so do the limits. What is built is loaded as it is, what is not is compiled before
// the guest starts, and the files share one process, one after the other.
export default defineConfig({
  root,
  test: {
    name: 'vm',
    include: ['test/vm/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 240_000,
    hookTimeout: 240_000,
    server: { deps: { external: [/\/dist\//] } },
    experimental: { fsModuleCache: true, fsModuleCachePath: join(root, '.cache/vm/modules') },
  },
});
