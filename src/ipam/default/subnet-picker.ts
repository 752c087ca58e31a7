import { bitsOf, firstOf, lastOf, makePrefix, prefixLength } from '../../ip/prefix.js';
import type { RangeSet } from '../../ip/range-set.js';
import type { Family, Prefix } from '../../ip/types.js';
import type { AddressPool } from './address-pools.js';

interface Place extends AddressPool {
  readonly first: bigint;
  readonly last: bigint;
}

/**
 * Picks free subnets of one family out of address pools, next-fit: it goes on behind the last one given, through the pools
 * in their order, and begins again after the last pool. It steps over whole ranges that are in use, not over subnets.
 */
export class SubnetPicker {
  readonly #family: Family;
  readonly #places: readonly Place[];
  #place = 0;
  // In the place at #place, the number to go on from.
  #from: bigint;

  /** The pools are all of that family. */
  constructor(family: Family, pools: readonly AddressPool[]) {
    this.#family = family;
    this.#places = pools.map((pool) => ({ ...pool, first: firstOf(pool.base), last: lastOf(pool.base) }));
    this.#from = this.#places[0]?.first ?? 0n;
  }

  /** The length of the largest pool's prefix. */
  get largest(): number {
    return Math.min(...this.#places.map(({ base }) => prefixLength(base)));
  }

  /** A subnet of `length` bits, or of its pool's size, that touches none of `used`. `undefined` when there is none. */
  pick(used: readonly RangeSet[], length?: number): Prefix | undefined {
    const count = this.#places.length;
    // Once more round to the first pool: what lies before the number that it was left at.
    for (let turn = 0; turn <= count; turn++) {
      const index = (this.#place + turn) % count;
      const place = this.#places[index];
      if (!place || (length !== undefined && length < prefixLength(place.base))) continue;
      const bits = length ?? place.size;
      const block = 1n << BigInt(bitsOf(this.#family) - bits);
      const found = firstFit(turn === 0 ? this.#from : place.first, place.last, block, used);
      if (found === undefined) continue;
      this.#place = index;
      this.#from = found + block;
      return makePrefix(this.#family, found, bits);
    }
    return undefined;
  }

  /** Goes back to this subnet if it was the last one picked: what was only looked at is what the next one gets. */
  returned(subnet: Prefix): void {
    if (lastOf(subnet) + 1n === this.#from) this.#from = firstOf(subnet);
  }

  /** Goes on behind this subnet from now on, where that is further than it was. For subnets given before a restart. */
  passed(subnet: Prefix): void {
    const number = firstOf(subnet);
    const index = this.#places.findIndex(({ first, last }) => first <= number && number <= last);
    const after = lastOf(subnet) + 1n;
    if (index < this.#place || (index === this.#place && after <= this.#from)) return;
    this.#place = index;
    this.#from = after;
  }
}

// The lowest aligned block from `from` to `last` that no range touches.
function firstFit(from: bigint, last: bigint, block: bigint, used: readonly RangeSet[]): bigint | undefined {
  let start = align(from, block);
  while (start + block - 1n <= last) {
    const end = start + block;
    const obstacle = used.map((set) => set.rangeFrom(start)).find((range) => range !== undefined && range.first < end);
    if (!obstacle) return start;
    start = align(obstacle.last + 1n, block);
  }
  return undefined;
}

// Blocks are powers of two.
const align = (number: bigint, block: bigint): bigint => (number + block - 1n) & -block;
