// Numbers of DHCP: RFC 2131 for messages, RFC 2132 for options unless another is named.

export const SERVER_PORT = 67;
export const CLIENT_PORT = 68;

export const BOOTREQUEST = 1;
export const BOOTREPLY = 2;
/** Hardware type Ethernet, and the octets of its addresses. */
export const ETHERNET = 1;
export const MAC_OCTETS = 6;
/** The first bit of `flags`: answers are to be broadcast. */
export const BROADCAST_FLAG = 0x8000;
export const MAGIC = 0x63825363;

/** The values of option 53. */
export const TYPE = { discover: 1, offer: 2, request: 3, decline: 4, ack: 5, nak: 6, release: 7, inform: 8 } as const;

export const OPTION = {
  pad: 0,
  subnetMask: 1,
  router: 3,
  nameServers: 6,
  hostName: 12,
  domain: 15,
  mtu: 26,
  requestedAddress: 50,
  leaseTime: 51,
  overload: 52,
  type: 53,
  server: 54,
  parameters: 55,
  largestMessage: 57,
  renewal: 58,
  rebinding: 59,
  vendorClass: 60,
  clientId: 61,
  /** RFC 3397 */
  search: 119,
  /** RFC 3442 */
  routes: 121,
  end: 255,
} as const;
