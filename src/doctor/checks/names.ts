import type { Check } from '../../model/check.js';

/** Names that are not answered: the resolver is not there, or it cannot listen in a sandbox. */
export const namesCheck: Check = {
  name: 'names',
  ours: false,
  run: ({ sandboxes, unanswered: { resolver, sandboxes: single } }) => [
    ...(resolver ? [{ code: resolver.code, object: 'host', problem: `names are not answered: ${resolver.message}`, mend: resolver.mend }] : []),
    ...sandboxes.flatMap(({ id, name }) => {
      const error = single.get(id);
      return error ? [{ code: error.code, object: `sandbox/${name}`, problem: `names are not answered in it: ${error.message}`, mend: error.mend }] : [];
    }),
  ],
};
