import { readdirSync } from 'node:fs';
import { defineConfig } from 'vitest/config';

// A folder of tests under test/ is a tier. `kernel` and its like own machines of network namespaces: two files at a time.
// `vm` runs in a guest, with a configuration of its own.
const folders = readdirSync(new URL('./test', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['conformance', 'golden', 'tool', 'vm'].includes(entry.name))
  .map((entry) => entry.name);

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      { test: { name: 'unit', include: ['src/**/*.test.ts', 'scripts/**/*.test.mjs'], testTimeout: 60_000 } },
      ...folders.map((name) => ({
        test: { name, include: [`test/${name}/**/*.test.ts`], pool: 'forks' as const, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
      })),
    ],
  },
});
