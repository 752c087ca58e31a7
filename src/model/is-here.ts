import type { HostView } from './cluster.js';
import type { Endpoint } from './records.js';

/** Tells endpoints of the host that answers from those of the others of its cluster. */
export function isHere(hosts: readonly HostView[]): (endpoint: Endpoint) => boolean {
  const here = hosts.find(({ own }) => own)?.name;
  // While the hosts cannot be listed, what is in a sandbox elsewhere still says so.
  return ({ host, sandboxName }) => (here === undefined || host === undefined ? sandboxName === undefined : host === here);
}
