/** What a link carries at least that has IPv6, in bytes: RFC 8200 §5. The kernel takes IPv6 from one that cannot (IPV6_MIN_MTU of include/net/ipv6.h). */
export const LEAST_IPV6_MTU = 1280;
