import { failure } from '../../base/error.js';
import { firstOf, lastOf, overlaps, prefixFamily, prefixLength } from '../../ip/prefix.js';
import { RangeSet } from '../../ip/range-set.js';
import type { Family, Prefix } from '../../ip/types.js';
import type { AddressRequest, Ipam, PoolRequest } from '../../model/ipam.js';
import type { Lease, Pool, Strings } from '../../model/records.js';
import { AddressBlock } from './address-block.js';
import { type AddressPool, addressPools } from './address-pools.js';
import { layOut } from './pool-layout.js';
import { SubnetPicker } from './subnet-picker.js';
import { checkPlace, checkSize, isAnyOfSize } from './subnet-rules.js';

/** How the default IPAM picks subnets. */
export interface DefaultIpamOptions {
  /** In the order in which they are used. A family without any has the default. */
  readonly addressPools?: readonly AddressPool[];
  /** What this host's unique local /48 is made of: the same seed, the same /48. Random without. */
  readonly ulaSeed?: string;
}

/** Pools and addresses out of memory, next-fit. */
export class DefaultIpam implements Ipam {
  readonly name = 'default';
  readonly #pickers: Readonly<Record<Family, SubnetPicker>>;
  // The same subnets twice: by their text, and as numbers that are searched.
  readonly #blocks = new Map<Prefix, AddressBlock>();
  readonly #held: Readonly<Record<Family, RangeSet>> = { 4: new RangeSet(), 6: new RangeSet() };

  /** Throws `value-invalid` and `subnet-invalid` for address pools that no subnet can be cut from. */
  constructor({ addressPools: own = [], ulaSeed }: DefaultIpamOptions = {}) {
    this.#pickers = {
      4: new SubnetPicker(4, addressPools(4, own, ulaSeed)),
      6: new SubnetPicker(6, addressPools(6, own, ulaSeed)),
    };
  }

  check(options: Strings): void {
    const [option] = Object.keys(options);
    if (option !== undefined) throw failure('ipam-option-unknown', { driver: this.name, option, mend: 'it has none; leave it out' });
  }

  takePool(request: PoolRequest): Pool {
    const pool = layOut(this.#subnet(request), request);
    this.#hold(pool, request.holder);
    return pool;
  }

  givePool({ subnet }: Pool): void {
    if (!this.#blocks.delete(subnet)) return;
    const family = prefixFamily(subnet);
    this.#held[family].delete(firstOf(subnet), lastOf(subnet));
    this.#pickers[family].returned(subnet);
  }

  /** With `anywhere` the next one is behind some other point of the range than the one given last. */
  takeAddress({ subnet }: Pool, request: Pick<AddressRequest, 'ip' | 'avoid' | 'holder'>, anywhere = false): Lease {
    const block = this.#blocks.get(subnet);
    if (!block) throw failure('internal', { reason: `subnet ${subnet} of network "${request.holder}" is not held` });
    return block.take(request, anywhere);
  }

  giveAddress({ subnet, ip }: Lease): void {
    this.#blocks.get(subnet)?.give(ip);
  }

  isFull({ subnet }: Pool): boolean {
    return this.#blocks.get(subnet)?.isFull ?? false;
  }

  restore(holder: string, pools: readonly Pool[], leases: readonly Lease[]): void {
    for (const pool of pools) {
      if (!this.#blocks.has(pool.subnet)) this.#hold(pool, holder);
      this.#pickers[pool.family].passed(pool.subnet);
    }
    for (const { subnet, ip } of leases) this.#blocks.get(subnet)?.restore(ip);
  }

  #hold(pool: Pool, holder: string): void {
    this.#blocks.set(pool.subnet, new AddressBlock(pool, holder));
    this.#held[pool.family].add(firstOf(pool.subnet), lastOf(pool.subnet));
  }

  // The subnet asked for, once it is known to be free, or one that is picked.
  #subnet({ subnet, family, avoid }: PoolRequest): Prefix {
    if (subnet === undefined) return this.#pick(family, avoid);
    checkSize(subnet);
    if (isAnyOfSize(subnet)) return this.#pick(prefixFamily(subnet), avoid, this.#sizeOf(subnet));
    checkPlace(subnet);
    this.#checkFree(subnet);
    return subnet;
  }

  #pick(family: Family, avoid: readonly Prefix[], length?: number): Prefix {
    const subnet = this.#pickers[family].pick([this.#held[family], inUse(family, avoid)], length);
    if (subnet === undefined) throw failure('pools-exhausted', {});
    return subnet;
  }

  // What no pool has room for is not waited for until one has.
  #sizeOf(subnet: Prefix): number {
    const [size, { largest }] = [prefixLength(subnet), this.#pickers[prefixFamily(subnet)]];
    if (size >= largest) return size;
    throw failure('subnet-invalid', { subnet, reason: `larger than every pool that subnets are picked from; the largest is a /${largest}` });
  }

  #checkFree(subnet: Prefix): void {
    const obstacle = this.#held[prefixFamily(subnet)].rangeFrom(firstOf(subnet));
    if (!obstacle || obstacle.first > lastOf(subnet)) return;
    for (const [range, { holder }] of this.#blocks) {
      if (overlaps(range, subnet)) throw failure('pool-overlap', { subnet, other: `network "${holder}"`, range });
    }
  }
}

// A route shorter than these is a way out, not a network: 0.0.0.0/1 and 128.0.0.0/1 together are how VPNs take the default
// route over, and fd00::/8 is all of other people's unique local networks. Heeding them would leave nothing to pick.
const wayOut = { 4: 8, 6: 16 } as const;

function inUse(family: Family, avoid: readonly Prefix[]): RangeSet {
  const used = new RangeSet();
  for (const prefix of avoid) if (prefixFamily(prefix) === family && prefixLength(prefix) >= wayOut[family]) used.add(firstOf(prefix), lastOf(prefix));
  return used;
}
