import type { Ip } from '../ip/types.js';
import type { Endpoint } from '../model/records.js';

/** The name servers that leases of these endpoints brought, each once. */
export const leasedServers = (endpoints: readonly Pick<Endpoint, 'leases'>[]): readonly Ip[] => [
  ...new Set(endpoints.flatMap(({ leases }) => leases.flatMap(({ learned }) => learned?.servers ?? []))),
];

/** The domains that leases brought, in place of the host's; nothing where they brought none. */
export function leasedSearch(endpoints: readonly Pick<Endpoint, 'leases'>[]): { readonly search?: readonly string[] } {
  const search = [...new Set(endpoints.flatMap(({ leases }) => leases.flatMap(({ learned }) => learned?.search ?? [])))];
  return search.length > 0 ? { search } : {};
}
