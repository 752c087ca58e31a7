import type { Facts } from '../../base/json.js';
import { interfaceAddress } from '../../ip/interface-address.js';
import type { Ip, Mac } from '../../ip/types.js';
import type { Lease } from '../../model/records.js';
import type { Grant } from './wire/read-grant.js';

/** What a client needs to keep its lease up. Times are milliseconds since 1970. */
export interface DhcpFacts extends Facts {
  /** What the server knows it by, hexadecimal. */
  readonly client: string;
  readonly server: Ip;
  /** Where what is for the server goes on the segment: itself, or who passes it on. */
  readonly serverMac: Mac;
  readonly renewal: number;
  readonly rebinding: number;
}

export interface DhcpLease extends Lease {
  readonly facts: DhcpFacts;
}

/** The lease that a server has given at `now`. `asked`: the user chose the address. */
export const dhcpLease = (grant: Grant, from: Mac, client: string, now: number, asked: boolean): DhcpLease => ({
  family: 4,
  subnet: grant.subnet,
  ip: grant.ip,
  address: interfaceAddress(grant.ip, grant.subnet),
  ...(asked && { asked }),
  until: grant.lease === undefined ? null : now + grant.lease * 1000,
  learned: grant.learned,
  facts: { client, server: grant.server, serverMac: from, renewal: now + grant.renewal * 1000, rebinding: now + grant.rebinding * 1000 },
});
