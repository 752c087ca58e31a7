import { linkLocalFromMac } from '../ip/mac.js';
import type { Ip } from '../ip/types.js';
import type { Endpoint } from './records.js';

/** All addresses of an endpoint: whatever it was given, and what its link makes of its MAC address where it has IPv6 (RFC 4291 §2.5.6). */
export function ownAddresses({ mac, leases, linkLocals }: Pick<Endpoint, 'mac' | 'leases' | 'linkLocals'>): readonly Ip[] {
  const own = mac && leases.some(({ family }) => family === 6) ? [linkLocalFromMac(mac)] : [];
  return [...new Set([...leases.map(({ ip }) => ip), ...own, ...linkLocals])];
}
