import { createHash, randomBytes } from 'node:crypto';
import { failure } from '../../base/error.js';
import { knownPrefix, makePrefix, prefixFamily, prefixLength } from '../../ip/prefix.js';
import type { Family, Prefix } from '../../ip/types.js';
import { checkPlace, checkSize, longest } from './subnet-rules.js';

/** Where subnets are picked from: `base`, cut into subnets of `size` bits. */
export interface AddressPool {
  readonly base: Prefix;
  readonly size: number;
}

// Docker's, so that both pick from what people keep free for them: 31 subnets (libnetwork ipamutils).
const docker: readonly AddressPool[] = [
  ...['172.17.0.0/16', '172.18.0.0/16', '172.19.0.0/16', '172.20.0.0/14', '172.24.0.0/14', '172.28.0.0/14'].map((base) => ({
    base: knownPrefix(base),
    size: 16,
  })),
  { base: knownPrefix('192.168.0.0/16'), size: 20 },
];

/** The user's address pools of a family, or the default: Docker's for IPv4, for IPv6 a unique local /48 cut into /64. Throws `value-invalid` and `subnet-invalid`. */
export function addressPools(family: Family, own: readonly AddressPool[], ulaSeed: string | undefined): readonly AddressPool[] {
  const pools = own.filter(({ base }) => prefixFamily(base) === family);
  for (const pool of pools) check(pool);
  if (pools.length > 0) return pools;
  return family === 4 ? docker : [{ base: uniqueLocal(ulaSeed), size: 64 }];
}

function check({ base, size }: AddressPool): void {
  checkSize(base);
  checkPlace(base);
  const most = longest[prefixFamily(base)];
  if (Number.isInteger(size) && size >= prefixLength(base) && size <= most) return;
  throw failure('value-invalid', {
    field: `size of address pool ${base}`,
    value: String(size),
    reason: 'no size of a subnet in it',
    mend: `write a whole number from ${prefixLength(base)} to ${most}`,
  });
}

// A unique local /48 (RFC 4193, 3.1): fd and 40 bits, the same for the same seed, random without one.
function uniqueLocal(seed: string | undefined): Prefix {
  const bits = seed === undefined ? randomBytes(5) : createHash('sha256').update(`fairlead ula ${seed}`).digest().subarray(0, 5);
  return makePrefix(6, BigInt(`0xfd${bits.toString('hex')}`) << 80n, 48);
}
