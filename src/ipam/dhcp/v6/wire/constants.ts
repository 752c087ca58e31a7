// Numbers of DHCP for IPv6: RFC 8415 unless another is named.

import type { Ip, Mac } from '../../../../ip/types.js';

export const SERVER_PORT = 547;
export const CLIENT_PORT = 546;

/** Every server and relay of a segment, and the MAC address of that group (RFC 2464 §7). */
export const SERVERS = { ip: 'ff02::1:2' as Ip, mac: '33:33:00:01:00:02' as Mac };

export const MESSAGE = { solicit: 1, advertise: 2, request: 3, confirm: 4, renew: 5, rebind: 6, reply: 7, release: 8, decline: 9 } as const;

export const OPTION = {
  clientId: 1,
  serverId: 2,
  association: 3,
  address: 5,
  wanted: 6,
  elapsed: 8,
  status: 13,
  rapidCommit: 14,
  /** RFC 3646 */
  nameServers: 23,
  search: 24,
  /** RFC 4704 */
  name: 39,
  longestSolicit: 82,
} as const;

export const STATUS = { success: 0, noAddresses: 2, noBinding: 3, notOnLink: 4 } as const;

/** A lifetime that does not end. */
export const FOR_EVER = 0xffff_ffff;
/** The longest identifier of a server or a client, in octets (§11.1). */
export const LONGEST_DUID = 130;
