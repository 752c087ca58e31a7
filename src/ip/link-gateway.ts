import { familyOf, isLinkLocal } from './ip.js';
import { contains } from './prefix.js';
import type { Ip, Prefix } from './types.js';

/** Whether a gateway is one of the link itself, `fe80::1`, and none of the subnet's addresses: so routers announce themselves (RFC 4861 §4.2). */
export const isLinkGateway = (gateway: Ip, subnet: Prefix): boolean => familyOf(gateway) === 6 && isLinkLocal(gateway) && !contains(subnet, gateway);
