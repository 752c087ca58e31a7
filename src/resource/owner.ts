import type { Id } from '../base/id.js';

/** Who claims resources: the whole host, a network, a sandbox or an endpoint. */
export type Owner = 'host' | `${'network' | 'sandbox' | 'endpoint'}/${Id}`;
