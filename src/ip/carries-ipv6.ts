import { LEAST_IPV6_MTU } from './least-mtu.js';

/** Whether a link that carries so many bytes in a packet has IPv6, and settings of it: Linux has none on one that carries less than IPv6 wants. One of which that is not known does. */
export const carriesIpv6 = (mtu: number | undefined): boolean => mtu === undefined || mtu >= LEAST_IPV6_MTU;
