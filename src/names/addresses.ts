import { familyOf, ipBytes } from '../ip/ip.js';
import type { Family, Ip } from '../ip/types.js';

/** The addresses of a name, ready to be copied into an answer: each address's octets behind the other, none twice. */
export interface Addresses {
  readonly v4: Uint8Array;
  readonly v6: Uint8Array;
}

/** Packs the addresses of a name. */
export function packAddresses(ips: Iterable<Ip>): Addresses {
  const unique = [...new Set(ips)];
  const octets = (family: Family) => Buffer.concat(unique.filter((ip) => familyOf(ip) === family).map(ipBytes));
  return { v4: octets(4), v6: octets(6) };
}
