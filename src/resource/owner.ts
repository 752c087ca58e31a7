import type { Id } from '../base/id.js';

/** Who claims resources: the whole host, its encryption, a network, a sandbox, an endpoint, or one of another host. */
export type Owner = 'host' | 'ipsec' | `${'network' | 'sandbox' | 'endpoint' | 'peer'}/${Id}`;
