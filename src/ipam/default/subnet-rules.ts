import { failure } from '../../base/error.js';
import { isUnspecified } from '../../ip/ip.js';
import { bitsOf, knownPrefix, networkAddress, overlaps, prefixFamily, prefixLength } from '../../ip/prefix.js';
import type { Prefix } from '../../ip/types.js';

/** The longest prefix that leaves room for a gateway and an endpoint: a wire with two ends (RFC 3021, RFC 6164). */
export const longest = { 4: 31, 6: 127 } as const;

// No network was ever given more than a /8 of IPv4 (RFC 791 class A).
const shortest = { 4: 8, 6: 0 } as const;

const forbidden = [
  ['127.0.0.0/8', 'loopback'],
  ['224.0.0.0/4', 'multicast'],
  ['::1/128', 'loopback'],
  ['ff00::/8', 'multicast'],
  ['fe80::/64', 'link-local: every link already has it'],
  ['::ffff:0.0.0.0/96', 'IPv4-mapped: no link can have it'],
].map(([range = '', reason = '']) => ({ range: knownPrefix(range), reason }));

/** Whether it stands for any subnet of its length: `0.0.0.0/24` or `::/80`. */
export const isAnyOfSize = (subnet: Prefix): boolean => isUnspecified(networkAddress(subnet));

/** Throws `subnet-invalid` for a length that no network can have. */
export function checkSize(subnet: Prefix): void {
  const family = prefixFamily(subnet);
  const length = prefixLength(subnet);
  if (length > longest[family])
    throw failure('subnet-invalid', { subnet, reason: `too small: the smallest is a /${longest[family]} of ${bitsOf(family)} bits` });
  if (length < shortest[family]) throw failure('subnet-invalid', { subnet, reason: `too large: the largest is a /${shortest[family]}` });
}

/** Throws `subnet-invalid` for addresses that no network can have. */
export function checkPlace(subnet: Prefix): void {
  for (const { range, reason } of forbidden) if (overlaps(subnet, range)) throw failure('subnet-invalid', { subnet, reason });
}
