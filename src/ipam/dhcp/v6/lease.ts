import { interfaceAddress } from '../../../ip/interface-address.js';
import { ipNumber } from '../../../ip/ip.js';
import { makePrefix } from '../../../ip/prefix.js';
import type { DhcpFacts, DhcpLease } from '../lease.js';
import type { Grant6 } from './wire/read-grant.js';

interface Facts6 extends DhcpFacts {
  /** The server's identifier, hexadecimal. */
  readonly server: string;
}

/** A lease of IPv6. */
export interface Lease6 extends DhcpLease {
  readonly facts: Facts6;
}

// DHCP says nothing of subnets and of the way out: routers do (RFC 4861 §6.3.4, RFC 5942).
const ALONE = 128;

/** The lease that a server has given at `now`. `asked`: the user chose the address. */
export const lease6 = ({ ip, server, lease, renewal, rebinding, learned }: Grant6, client: string, now: number, asked: boolean): Lease6 => ({
  family: 6,
  subnet: makePrefix(6, ipNumber(ip), ALONE),
  ip,
  address: interfaceAddress(ip, ALONE),
  ...(asked && { asked }),
  until: lease === undefined ? null : now + lease * 1000,
  learned,
  facts: { client, server, renewal: now + renewal * 1000, rebinding: now + rebinding * 1000 },
});
