import type { IpRange } from '../../cni/wire/capabilities.js';
import { ipFromNumber, ipNumber } from '../../ip/ip.js';
import { bitsOf, contains, firstOf, lastOf, makePrefix, prefixFamily, prefixLength, sizeOf } from '../../ip/prefix.js';
import type { Ip, Prefix } from '../../ip/types.js';
import { unsupported } from './keys.js';

/** A range in words of a network: the smallest subnet that holds it, and what of that nobody is to be given. */
export interface RangeWish {
  readonly range: Prefix;
  readonly kept: readonly Ip[];
}

// A network's record names each of them.
const MOST_KEPT = 256n;

/** What `rangeStart` and `rangeEnd` say, both included; nothing where neither is there. Throws `cni-unsupported`. */
export function rangeWish({ subnet, rangeStart, rangeEnd }: IpRange): RangeWish | undefined {
  if (rangeStart === undefined && rangeEnd === undefined) return undefined;
  const family = prefixFamily(subnet);
  const first = rangeStart === undefined ? firstOf(subnet) : numberIn(subnet, 'rangeStart', rangeStart);
  const last = rangeEnd === undefined ? lastOf(subnet) : numberIn(subnet, 'rangeEnd', rangeEnd);
  if (first > last) throw unsupported('ipam.rangeEnd', 'it is below rangeStart', 'write the lower address in rangeStart');
  const range = smallest(subnet, first, last);
  const count = sizeOf(range) - (last - first + 1n);
  if (count > MOST_KEPT)
    throw unsupported(
      'ipam.rangeStart',
      `the range leaves ${count} addresses of ${range} out, and a network keeps ${MOST_KEPT} at most`,
      'let it begin and end nearer to where a subnet does; or let another plugin give them: "ipam": {"type": "host-local", …}',
    );
  const numbers = [...between(firstOf(range), first), ...between(last + 1n, lastOf(range) + 1n)];
  return { range, kept: numbers.map((number) => ipFromNumber(number, family)) };
}

function numberIn(subnet: Prefix, key: string, ip: Ip): bigint {
  if (!contains(subnet, ip)) throw unsupported(`ipam.${key}`, `${ip} is none of ${subnet}`, 'write one of its addresses');
  return ipNumber(ip);
}

function smallest(subnet: Prefix, first: bigint, last: bigint): Prefix {
  const family = prefixFamily(subnet);
  for (let length = bitsOf(family) as number; length > prefixLength(subnet); length--) {
    const prefix = makePrefix(family, first, length);
    if (lastOf(prefix) >= last) return prefix;
  }
  return subnet;
}

function* between(from: bigint, to: bigint): Generator<bigint> {
  for (let number = from; number < to; number++) yield number;
}
