import type { FairleadError } from '../../base/error.js';
import type { Check } from '../../model/check.js';
import type { Found } from '../../model/fairlead.js';

/** Names that are not answered: the resolver is not there, or it cannot listen in a sandbox or on a network. */
export const namesCheck: Check = {
  name: 'names',
  ours: false,
  run: ({ sandboxes, networks, unanswered: { resolver, sandboxes: single } }) => [
    ...(resolver ? [{ code: resolver.code, object: 'host', problem: `names are not answered: ${resolver.message}`, mend: resolver.mend }] : []),
    ...sandboxes.flatMap((each) => unansweredIn(`sandbox/${each.name}`, single.get(each.id))),
    ...networks.flatMap((each) => unansweredIn(`network/${each.name}`, single.get(each.id))),
  ],
};

const unansweredIn = (object: string, error: FairleadError | undefined): readonly Found[] =>
  error ? [{ code: error.code, object, problem: `names are not answered in it: ${error.message}`, mend: error.mend }] : [];
