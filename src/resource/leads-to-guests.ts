import type { Mac } from '../ip/types.js';

/** Whether a link of this type is by what a host keeps containers and virtual machines, somebody else's too: a bridge, an end of a veth, a tap. A VPN's tun has no MAC address. */
export const leadsToGuests = (type: string | undefined, mac: Mac | undefined): boolean =>
  type === 'bridge' || type === 'veth' || (type === 'tun' && mac !== undefined);
