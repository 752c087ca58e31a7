import { failure } from '../../base/error.js';
import { ipFromNumber, ipNumber } from '../../ip/ip.js';
import { broadcast, firstOf, lastOf, networkAddress, prefixFamily } from '../../ip/prefix.js';
import { RangeSet } from '../../ip/range-set.js';
import type { Ip, Prefix } from '../../ip/types.js';
import type { Pool } from '../../model/records.js';

/** The lowest address of a part of a subnet that is none of these, nor one of the network's own. Throws `addresses-exhausted`. */
export function freeAddress({ subnet, gateway, aux }: Pool, range: Prefix, taken: Iterable<Ip>): Ip {
  const used = new RangeSet();
  for (const ip of [networkAddress(subnet), broadcast(subnet), gateway, ...Object.values(aux), ...taken]) if (ip !== undefined) used.add(ipNumber(ip));
  const free = used.firstFree(firstOf(range), lastOf(range));
  if (free === undefined) throw failure('addresses-exhausted', { pool: range });
  return ipFromNumber(free, prefixFamily(subnet));
}
