import { failure } from '../../base/error.js';
import { ipFromNumber, ipNumber } from '../../ip/ip.js';
import { isLinkGateway } from '../../ip/link-gateway.js';
import { broadcast, contains, firstOf, lastOf, networkAddress, prefixFamily, sizeOf } from '../../ip/prefix.js';
import { RangeSet } from '../../ip/range-set.js';
import type { Ip, Prefix } from '../../ip/types.js';
import { HOST_AUX, type PoolRequest } from '../../model/ipam.js';
import type { Pool } from '../../model/records.js';

/**
 * The pool of a subnet as it was asked for, its gateway chosen: the first address of the range, or of the subnet, that is
 * nothing else. Throws `pool-outside`, `value-invalid`, `address-taken` and `addresses-exhausted`.
 */
export function layOut(subnet: Prefix, request: PoolRequest): Pool {
  const { range, aux } = request;
  if (range !== undefined && !contains(subnet, range)) throw failure('pool-outside', { what: 'ip-range', value: range, subnet });
  const taken = new RangeSet();
  const users = new Map<Ip, string>();
  for (const address of edges(subnet)) taken.add(ipNumber(address));
  for (const [name, address] of Object.entries(aux)) reserve(`aux-address ${name}`, address, subnet, users);
  // A link-local one is on every link, and none of the subnet's.
  if (request.gateway !== undefined && !isLinkGateway(request.gateway, subnet)) reserve('gateway', request.gateway, subnet, users);
  for (const address of users.keys()) taken.add(ipNumber(address));
  const gateway = request.gateway ?? (request.wantsGateway ? firstFree(range ?? subnet, taken) : undefined);
  if (gateway !== undefined) taken.add(ipNumber(gateway));
  const host = request.wantsHost && aux[HOST_AUX] === undefined ? { [HOST_AUX]: firstFree(range ?? subnet, taken) } : {};
  return { family: prefixFamily(subnet), subnet, ...(range !== undefined && { range }), ...(gateway !== undefined && { gateway }), aux: { ...aux, ...host } };
}

/**
 * The addresses of a subnet that no interface gets: its own, which in IPv6 is every router's (RFC 4291, 2.6.1), and IPv4's broadcast.
 * A subnet of two addresses has none of these (RFC 3021, RFC 6164).
 */
export function edges(subnet: Prefix): readonly Ip[] {
  if (sizeOf(subnet) === 2n) return [];
  const end = broadcast(subnet);
  return end === undefined ? [networkAddress(subnet)] : [networkAddress(subnet), end];
}

function reserve(what: string, address: Ip, subnet: Prefix, users: Map<Ip, string>): void {
  if (!contains(subnet, address)) throw failure('pool-outside', { what, value: address, subnet });
  refuseEdge(what, address, subnet);
  const user = users.get(address);
  if (user !== undefined) throw failure('address-taken', { address, by: ` by ${user}` });
  users.set(address, what);
}

/** Refuses the addresses that no interface gets. Throws `value-invalid`. */
export function refuseEdge(what: string, address: Ip, subnet: Prefix): void {
  if (!edges(subnet).includes(address)) return;
  const reason = address === networkAddress(subnet) ? `the address of subnet ${subnet} itself` : `the broadcast address of subnet ${subnet}`;
  throw failure('value-invalid', { field: what, value: address, reason, mend: 'choose one between its first and its last address' });
}

function firstFree(range: Prefix, taken: RangeSet): Ip {
  const free = taken.firstFree(firstOf(range), lastOf(range));
  if (free === undefined) throw failure('addresses-exhausted', { pool: range });
  return ipFromNumber(free, prefixFamily(range));
}
