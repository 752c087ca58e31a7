import type { Check } from '../../model/check.js';

/** What other hosts wrote and this one cannot follow: a network with options of a newer Fairlead, an endpoint to which the kernel leads nothing. */
export const unfollowedCheck: Check = {
  name: 'unfollowed',
  ours: false,
  run: ({ unfollowed }) =>
    unfollowed.map(({ object, problem, error }) => ({ code: error.code, object, problem: `${problem}: ${error.message}`, mend: error.mend })),
};
