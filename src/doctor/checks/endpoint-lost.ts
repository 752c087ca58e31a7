import type { Check } from '../../model/check.js';

/** Endpoints that this host gave up, because others may have what they had. */
export const endpointLostCheck: Check = {
  name: 'endpoint-lost',
  ours: false,
  run: ({ endpoints, networks }) =>
    endpoints
      .filter(({ state }) => state === 'lost')
      .map(({ name, network }) => {
        const full = `${networks.find(({ id }) => id === network)?.name ?? network}/${name}`;
        return {
          code: 'endpoint-lost',
          object: `endpoint/${full}`,
          problem: 'it lost its addresses: this host was away from its cluster, and others may have been given them',
          mend: `fairlead endpoint rm ${full}`,
        };
      }),
};
