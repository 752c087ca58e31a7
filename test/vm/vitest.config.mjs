import { defineConfig } from 'vitest/config';

// Tests of the kernel tier that a kernel of another age may tell otherwise: they run in the guest as they are.
const shared = ['conformance'].map((name) => `test/kernel/${name}.test.ts`);

// In software emulation all takes ten times as long: so do the limits.
export default defineConfig({
  test: {
    name: 'vm',
    include: ['test/vm/**/*.test.ts', ...shared],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 240_000,
    hookTimeout: 240_000,
  },
});
