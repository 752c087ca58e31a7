import type { Endpoint } from '../model/records.js';
import { isMadeInside } from '../model/made-inside.js';

/**
 * An endpoint as it is outside of any sandbox: it keeps its name and its addresses; what it had of the host, the MAC address of that too, and what others
 * made for it inside, it does not.
 */
export function apart(endpoint: Endpoint): Endpoint {
  const { sandbox: _, link: __, facts, mac, leases, ...rest } = endpoint;
  return {
    ...rest,
    leases: leases.filter((lease) => !isMadeInside(lease)),
    ...(mac && facts?.['mac'] === undefined && { mac }),
    state: 'created',
    gateway: [],
  };
}
