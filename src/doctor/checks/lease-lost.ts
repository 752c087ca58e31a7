import type { Check } from '../../model/check.js';

/** Endpoints whose address ended because no server gave it for longer. */
export const leaseLostCheck: Check = {
  name: 'lease-lost',
  ours: false,
  run: ({ networks, endpoints }) => {
    const outside = new Map(networks.filter(({ pools }) => pools.some((pool) => pool.outside)).map(({ id, name }) => [id, name]));
    return endpoints
      .filter(({ state, network, leases }) => (state === 'active' || state === 'created') && outside.has(network) && !leases.some(({ family }) => family === 4))
      .map(({ name, network }) => ({
        code: 'lease-lost',
        object: `endpoint/${outside.get(network)}/${name}`,
        problem: 'has no IPv4 address: its lease ended, and no DHCP server gives it another',
        mend: 'look at the DHCP server of this segment: it is asked again every few minutes at the latest',
      }));
  },
};
