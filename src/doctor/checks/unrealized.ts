import { comesAndGoes } from '../../model/comes-and-goes.js';
import type { Check } from '../../model/check.js';

/** Networks that are defined and could not be made on this host: their device or their forwarding was not to be had. */
export const unrealizedCheck: Check = {
  name: 'unrealized',
  ours: true,
  run: ({ networks, endpoints }) => {
    const used = new Set(endpoints.flatMap(({ network, link }) => (link ? [network] : [])));
    return networks
      .filter((network) => network.state === 'active' && !network.template && network.facts === null && (!comesAndGoes(network) || used.has(network.id)))
      .map(({ name }) => ({
        code: 'unrealized',
        object: `network/${name}`,
        problem: 'is defined and could not be made on this host',
        mend: "the daemon's log says what was in the way; free it and start the daemon again",
      }));
  },
};
