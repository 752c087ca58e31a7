import { readdirSync } from 'node:fs';
import { basename } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// A folder of tests under test/ is a tier. `kernel` and its like own machines of network namespaces: two files at a time.
// `vm` runs in a guest, with a configuration of its own.
const folders = readdirSync(new URL('./test', import.meta.url), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !['conformance', 'golden', 'tool', 'vm'].includes(entry.name))
  .map((entry) => entry.name);

// Those that take a minute or more, the longest first: begun last, one of them would run alone while the other worker has nothing to do.
const LONG = ['explain', 'docker-plugin', 'windows', 'overlay-faults', 'rate', 'conformance', 'ports', 'dhcp', 'egress'];
const place = ({ moduleId }: TestSpecification) => {
  const at = LONG.indexOf(basename(moduleId, '.test.ts'));
  return at === -1 ? LONG.length : at;
};

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Its files share a process, and so what they import: they own nothing but what they put back.
      {
        test: {
          name: 'unit',
          include: ['src/**/*.test.ts', 'scripts/**/*.test.mjs'],
          testTimeout: 60_000,
          isolate: false,
          restoreMocks: true,
          unstubEnvs: true,
        },
      },
      ...folders.map((name) => ({
        test: { name, include: [`test/${name}/**/*.test.ts`], pool: 'forks' as const, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 60_000 },
      })),
    ],
  },
});
