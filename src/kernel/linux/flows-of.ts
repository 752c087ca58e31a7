import type { Ip } from '../../ip/types.js';
import { subject } from '../../resource/order.js';
import type { Plan } from '../../resource/resource.js';
import type { HostPort } from './conntrack/delete-by-port.js';

/** Whose tracked connections a plan has forgotten: of addresses that leave, and of published ports that lead elsewhere. */
export function flowsOf(plan: Plan): { readonly addresses: readonly Ip[]; readonly ports: readonly HostPort[] } {
  const flows = plan.flatMap((operation) => {
    const resource = subject(operation);
    return resource.kind === 'flows' ? { ...resource, ends: operation.do === 'delete' } : [];
  });
  const addresses = flows.flatMap(({ ip, published, ends }) => (ends && !published ? ip : []));
  // What led to an address that leaves is forgotten with it.
  const leaving = new Set(addresses);
  const ports = flows.flatMap(({ ip, published, ends }) => (published && !(ends && leaving.has(published.to)) ? { ...published, ip } : []));
  return { addresses, ports };
}
