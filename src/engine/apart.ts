import type { Endpoint } from '../model/records.js';

/** An endpoint as it is outside of any sandbox: it keeps its name and its addresses; what it had of the host, the MAC address of that too, it does not. */
export function apart(endpoint: Endpoint): Endpoint {
  const { sandbox: _, link: __, facts, mac, ...rest } = endpoint;
  return { ...rest, ...(mac && facts?.['mac'] === undefined && { mac }), state: 'created', gateway: [] };
}
