import { interfaceAddress } from '../../../ip/interface-address.js';
import type { Ip, Mac } from '../../../ip/types.js';
import type { DhcpFacts, DhcpLease } from '../lease.js';
import type { Grant } from './wire/read-grant.js';

interface Facts4 extends DhcpFacts {
  readonly server: Ip;
  /** Where what is for the server goes on the segment: itself, or who passes it on. */
  readonly serverMac: Mac;
}

/** A lease of IPv4. */
export interface Lease4 extends DhcpLease {
  readonly facts: Facts4;
}

/** The lease that a server has given at `now`. `asked`: the user chose the address. */
export const lease4 = (grant: Grant, from: Mac, client: string, now: number, asked: boolean): Lease4 => ({
  family: 4,
  subnet: grant.subnet,
  ip: grant.ip,
  address: interfaceAddress(grant.ip, grant.subnet),
  ...(asked && { asked }),
  until: grant.lease === undefined ? null : now + grant.lease * 1000,
  learned: grant.learned,
  facts: { client, server: grant.server, serverMac: from, renewal: now + grant.renewal * 1000, rebinding: now + grant.rebinding * 1000 },
});
