import type { Id } from '../base/id.js';

/** Who claims resources: the whole host, its encryption in either way, a network, a sandbox, an endpoint, one of another host, or both before anybody asked for them. */
export type Owner = 'host' | 'ipsec' | 'wireguard' | `${'network' | 'sandbox' | 'endpoint' | 'peer' | 'slot'}/${Id}`;
