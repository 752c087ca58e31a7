import { failure } from '../../base/error.js';
import { parseIp } from '../../ip/ip.js';
import type { Ip } from '../../ip/types.js';
import { DefaultIpam } from '../../ipam/default/default-ipam.js';
import type { AddressRequest, Ipam } from '../../model/ipam.js';
import type { Lease, Network, Pool } from '../../model/records.js';
import type { Condition, Revision, Store } from '../../store/store.js';
import { isAway } from './away.js';
import { keys } from './keys.js';
import type { Owed } from './owed.js';
import { readHolder } from './parse.js';
import type { SharedGround } from './shared-ground.js';
import type { SharedNetworks } from './shared-networks.js';

/** How many addresses may turn out to be others' before all are looked at. */
const MISSES = 3;

/**
 * The addresses of one network of global scope. Which one is free is known from what was seen last; who gets it is decided by the shared
 * store, where a key that exists is somebody's. What turns out to be another's is passed over from then on, and after the second one is tried
 * anywhere in the range: those beside it were taken by others as well, one after the other, and hosts that ask at one time would meet again.
 */
export class SharedAddresses implements Ipam {
  readonly name = 'default';
  readonly #network: Network;
  readonly #store: Store;
  readonly #owed: Owed;
  readonly #host: string;
  readonly #networks: SharedNetworks;
  #local = new DefaultIpam();
  #seen = false;
  /** Those that this process took and has not given back: also of endpoints that are not recorded yet, or have a link that is still going. */
  readonly #held = new Set<Ip>();
  readonly #giving = new Map<Ip, Promise<void>>();

  constructor(network: Network, { store, owed, host, networks }: SharedGround) {
    this.#network = network;
    this.#store = store;
    this.#owed = owed;
    this.#host = host.name;
    this.#networks = networks;
  }

  check(): void {}

  takePool(): Pool {
    throw failure('internal', { reason: 'the subnets of a network of global scope are taken with it' });
  }

  givePool(): void {}

  async takeAddress(pool: Pool, request: AddressRequest): Promise<Lease> {
    if (!this.#seen) await this.#look();
    for (let misses = 0; ; ) {
      const lease = await this.#pick(pool, request, misses);
      const key = keys.address(this.#network.id, lease.ip);
      const taken = await this.#take(key, lease);
      if (taken !== false) return lease;
      const holder = (await this.#store.list(key)).entries.get(key);
      if (!holder || readHolder(holder.value)?.host !== this.#host) this.#held.delete(lease.ip);
      if (!holder) {
        // The network was changed meanwhile, or removed.
        this.#local.giveAddress(lease);
        await this.#networks.look();
        continue;
      }
      if (readHolder(holder.value)?.host !== this.#host) misses++;
      if (request.ip !== undefined) throw failure('address-taken', { address: request.ip, by: ` on host ${readHolder(holder.value)?.host ?? ''}` });
    }
  }

  // What this host gives back is not taken again before that is done: it would be given back under its new holder. And what nobody knows
  // the outcome of is given back, once it is known.
  async #take(key: string, lease: Lease): Promise<Revision | false> {
    try {
      await this.#giving.get(lease.ip);
      await this.#owed.clear(key);
    } catch (error) {
      this.#local.giveAddress(lease);
      throw error;
    }
    const free: Condition[] = [{ key, revision: 'absent' }, this.#networks.unchanged(this.#network.id)];
    this.#held.add(lease.ip);
    try {
      return await this.#store.commit(free, [{ key, value: { host: this.#host } }]);
    } catch (error) {
      await this.giveAddress(lease);
      throw error;
    }
  }

  async giveAddress(lease: Lease): Promise<void> {
    const { ip } = lease;
    const giving = this.#owed.giveBack([keys.address(this.#network.id, ip)]).finally(() => {
      this.#giving.delete(ip);
      this.#held.delete(ip);
    });
    this.#giving.set(ip, giving);
    await giving;
    this.#local.giveAddress(lease);
  }

  isFull(pool: Pool): boolean {
    return this.#seen && this.#local.isFull(pool);
  }

  async restore(): Promise<void> {}

  /** Whether this process has taken it, for an endpoint that there may not be yet. */
  holds(ip: Ip): boolean {
    return this.#held.has(ip);
  }

  // What was given back by others since the last look may be all that is free.
  async #pick(pool: Pool, request: AddressRequest, misses: number): Promise<Lease> {
    const pick = () => this.#local.takeAddress(pool, request, misses > 1);
    try {
      if (misses > 0 && misses % MISSES === 0) await this.#look();
      return pick();
    } catch (error) {
      if (isAway(error)) throw error;
      await this.#look();
      return pick();
    }
  }

  async #look(): Promise<void> {
    const prefix = keys.addressesOf(this.#network.id);
    const { entries } = await this.#store.list(prefix);
    const ips = [...entries.keys()].flatMap((key) => parseIp(key.slice(prefix.length)) ?? []);
    const leases = this.#network.pools.flatMap((pool) => ips.map((ip) => ({ ...pool, ip }) as unknown as Lease));
    const local = new DefaultIpam();
    local.restore(this.#network.name, this.#network.pools, leases);
    this.#local = local;
    this.#seen = true;
  }
}
