import { BUNDLE } from '../../scripts/vm/bundle.mjs';

// vitest in the guest: it compiles nothing and resolves nothing, all is in a few files (scripts/vm/bundle.mjs). The files share one process, one after
// the other. In software emulation all takes ten times as long: so do the limits.
export default {
  root: BUNDLE,
  test: {
    name: 'vm',
    include: ['test/**/*.test.js'],
    pool: 'forks',
    maxWorkers: 1,
    isolate: false,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    server: { deps: { external: [/\/bundle\//] } },
  },
};
