import { unsupported } from './keys.js';
import type { CniService } from './service.js';
import type { Wish } from './wish.js';

/** Refuses what somebody must look after as long as a container lives, where nobody stays to do so: a lease that is not renewed ends. Throws `cni-unsupported`. */
export function requireKeeper({ resolves }: CniService, { ipam }: Wish): void {
  if ('dhcp' in ipam && !resolves) throw unsupported('ipam.type', 'leases of DHCP are renewed, and there is no daemon to do so', 'start one: fairlead daemon');
}
