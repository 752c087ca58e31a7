/** What a link carries in a packet that was given no MTU, in bytes (IEEE 802.3). */
export const ETHERNET_MTU = 1500;
