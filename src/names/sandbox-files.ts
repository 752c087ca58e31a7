import { innerOf } from '../model/inner.js';
import type { Endpoint, Network, Sandbox } from '../model/records.js';
import { extraHosts } from './extra-hosts.js';
import { hostGateways } from './host-gateways.js';
import { hostsFile } from './hosts.js';
import { leasedSearch } from './leased.js';
import { resolverResolvConf } from './resolv-conf.js';

/** What the files of a sandbox are made from. */
export interface Surroundings {
  readonly endpoints: readonly Endpoint[];
  readonly networks: readonly Network[];
}

/** The files by which programs in a sandbox find names. `hostResolvConf` is the text of the host's own, empty where it has none. */
export function sandboxFiles(
  sandbox: Sandbox,
  { endpoints, networks }: Surroundings,
  hostResolvConf: string,
): { readonly hosts: string; readonly resolvConf: string } {
  const own = endpoints.filter((endpoint) => endpoint.sandbox === sandbox.id);
  // Nobody reaches it at that of a way out that it was given.
  const addresses = own.filter(({ automatic }) => !automatic).flatMap((endpoint) => innerOf(endpoint)?.ip ?? endpoint.leases.map(({ ip }) => ip));
  const gateways = hostGateways(own, (id) => networks.find((network) => network.id === id));
  return {
    hosts: hostsFile(sandbox.hostname, addresses, extraHosts(sandbox, gateways)),
    resolvConf: resolverResolvConf(hostResolvConf, { ...leasedSearch(own), ...sandbox.dns }),
  };
}
