import { failure } from '../../base/error.js';
import { randomHex } from '../../base/id.js';
import { interfaceAddress } from '../../ip/interface-address.js';
import { ipFromNumber, ipNumber } from '../../ip/ip.js';
import { contains, firstOf, lastOf } from '../../ip/prefix.js';
import { RangeSet } from '../../ip/range-set.js';
import type { Ip } from '../../ip/types.js';
import type { AddressRequest } from '../../model/ipam.js';
import type { Lease, Pool } from '../../model/records.js';
import { edges, refuseEdge } from './pool-layout.js';

/** The addresses of one held subnet: which are leased, and where to go on. */
export class AddressBlock {
  // Of the subnet itself and its network: taken for as long as the subnet is held.
  readonly #kept: ReadonlySet<Ip>;
  readonly #taken = new RangeSet();
  readonly #first: bigint;
  readonly #last: bigint;
  // The last number given by itself; before the range at first.
  #given: bigint;

  constructor(
    readonly pool: Pool,
    /** Whose subnet it is, for messages. */
    readonly holder: string,
  ) {
    this.#kept = new Set([...edges(pool.subnet), ...(pool.gateway === undefined ? [] : [pool.gateway]), ...Object.values(pool.aux)]);
    for (const ip of this.#kept) this.#taken.add(ipNumber(ip));
    this.#first = firstOf(pool.range ?? pool.subnet);
    this.#last = lastOf(pool.range ?? pool.subnet);
    this.#given = this.#first - 1n;
  }

  /** Takes the address asked for, or the next free one of the range; with `anywhere` one behind some other point of it. Throws `address-outside`, `value-invalid`, `address-taken` and `addresses-exhausted`. */
  take({ ip, avoid = [], holder }: Pick<AddressRequest, 'ip' | 'avoid' | 'holder'>, anywhere = false): Lease {
    if (anywhere) this.#given = this.#first + (BigInt(`0x${randomHex(32)}`) % (this.#last - this.#first + 1n));
    return ip === undefined ? this.#lease(this.#beside(avoid)) : this.#lease(this.#own(ip, avoid, holder), ip);
  }

  /** Gives it back. Nothing happens when it was not leased. */
  give(ip: Ip): void {
    if (!this.#kept.has(ip) && contains(this.pool.subnet, ip)) this.#taken.delete(ipNumber(ip));
  }

  /** Whether none of the range is free. */
  get isFull(): boolean {
    return this.#taken.firstFree(this.#first, this.#last) === undefined;
  }

  /** Takes an address that was leased before a restart; the next one given is behind the highest of them. */
  restore(ip: Ip): void {
    if (!contains(this.pool.subnet, ip)) return;
    const number = ipNumber(ip);
    this.#taken.add(number);
    if (number <= this.#last && number > this.#given) this.#given = number;
  }

  // These are nobody's here, and may be anybody's again: they are taken only while one is looked for.
  #beside(avoid: readonly Ip[]): bigint {
    const theirs = avoid.filter((ip) => contains(this.pool.subnet, ip)).map((ip) => ipNumber(ip));
    const fresh = theirs.filter((number) => !this.#taken.has(number));
    for (const number of fresh) this.#taken.add(number);
    try {
      return this.#next();
    } finally {
      for (const number of fresh) this.#taken.delete(number);
    }
  }

  #next(): bigint {
    const number = this.#taken.firstFree(this.#given + 1n, this.#last) ?? this.#taken.firstFree(this.#first, this.#given);
    if (number === undefined) throw failure('addresses-exhausted', { pool: this.pool.range ?? this.pool.subnet });
    this.#given = number;
    return number;
  }

  #own(ip: Ip, avoid: readonly Ip[], holder: string): bigint {
    const { subnet } = this.pool;
    if (!contains(subnet, ip)) throw failure('address-outside', { address: ip, network: holder, subnets: subnet });
    const number = ipNumber(ip);
    refuseEdge('address', ip, subnet);
    if (this.#taken.has(number)) throw failure('address-taken', { address: ip, by: this.#keeper(ip) });
    if (avoid.includes(ip)) throw failure('address-taken', { address: ip, by: ' by this host' });
    return number;
  }

  // A lease is not ours to name: who has it is in the engine's records.
  #keeper(ip: Ip): string {
    if (ip === this.pool.gateway) return ' by the gateway';
    const name = Object.keys(this.pool.aux).find((each) => this.pool.aux[each] === ip);
    return name === undefined ? '' : ` by aux-address ${name}`;
  }

  #lease(number: bigint, asked?: Ip): Lease {
    const { family, subnet } = this.pool;
    const ip = asked ?? ipFromNumber(number, family);
    this.#taken.add(number);
    return { family, subnet, ip, address: interfaceAddress(ip, subnet), until: null };
  }
}
