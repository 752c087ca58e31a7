import type { Check } from '../../model/check.js';

/** Sandboxes whose namespace was somebody else's and is gone: what Fairlead had of it is given back. */
export const lostCheck: Check = {
  name: 'lost',
  ours: false,
  run: ({ sandboxes }) =>
    sandboxes
      .filter(({ state }) => state === 'lost')
      .map(({ name, adopted }) => ({
        code: 'namespace-lost',
        object: `sandbox/${name}`,
        problem: `the namespace that it adopted, ${adopted}, is gone or leads to another one now`,
        mend: `fairlead sandbox rm ${name}`,
      })),
};
