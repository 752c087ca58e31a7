import type { Check } from '../../model/check.js';

/** Networks that are defined and could not be made on this host: their device or their forwarding was not to be had. */
export const unrealizedCheck: Check = {
  name: 'unrealized',
  ours: true,
  run: ({ networks }) =>
    networks
      .filter(({ state, predefined, template, facts }) => state === 'active' && !predefined && !template && facts === null)
      .map(({ name }) => ({
        code: 'unrealized',
        object: `network/${name}`,
        problem: 'is defined and could not be made on this host',
        mend: "the daemon's log says what was in the way; free it and start the daemon again",
      })),
};
