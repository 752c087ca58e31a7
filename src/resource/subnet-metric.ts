/** The metric of the route to an IPv6 address's subnet that the kernel makes with it (IP6_RT_PRIO_ADDRCONF of include/net/ip6_route.h). */
export const IP6_SUBNET_METRIC = 256;
