import type { Check } from '../../model/check.js';

/** Endpoints whose address ended because no server gave it for longer. */
export const leaseLostCheck: Check = {
  name: 'lease-lost',
  ours: false,
  run: ({ networks, endpoints }) => {
    const outside = new Map(networks.map(({ id, name, pools }) => [id, { name, families: pools.flatMap((pool) => (pool.outside ? [pool.family] : [])) }]));
    return endpoints
      .filter(({ state }) => state === 'active' || state === 'created')
      .flatMap(({ name, network, leases }) => {
        const { name: of = '', families = [] } = outside.get(network) ?? {};
        const lost = families.filter((family) => !leases.some((lease) => lease.family === family));
        return lost.map((family) => ({
          code: 'lease-lost',
          object: `endpoint/${of}/${name}`,
          problem: `has no IPv${family} address: its lease ended, and no DHCP server gives it another`,
          mend: 'look at the DHCP server of this segment: it is asked again every few minutes at the latest',
        }));
      });
  },
};
