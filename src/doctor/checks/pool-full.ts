import type { Check } from '../../model/check.js';

/** Subnets in which every address is given. */
export const poolFullCheck: Check = {
  name: 'pool-full',
  ours: false,
  run: ({ full }) =>
    full.map(({ network: { name }, range }) => ({
      code: 'pool-full',
      object: `network/${name}`,
      problem: `every address of ${range} is given: nothing more can join`,
      mend: `remove what is not needed: fairlead endpoint ls --filter network=${name}; or make a network with a larger subnet`,
    })),
};
