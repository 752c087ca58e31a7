import { defineConfig } from 'vitest/config';

// In software emulation all takes ten times as long: so do the limits.
export default defineConfig({
  test: {
    name: 'vm',
    include: ['test/vm/**/*.test.ts'],
    pool: 'forks',
    // What is built is loaded as it is: taking it apart takes minutes there.
    server: { deps: { external: [/\/dist\//] } },
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
