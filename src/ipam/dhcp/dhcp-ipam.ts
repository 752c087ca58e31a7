import { asFailure, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Log } from '../../base/log.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { knownPrefix } from '../../ip/prefix.js';
import type { Family, Prefix } from '../../ip/types.js';
import type { AddressRequest, Holder, Ipam, Kept, LeaseChange, PoolRequest } from '../../model/ipam.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Lease, Pool, Strings } from '../../model/records.js';
import { Client } from './client.js';
import type { ClientWorld, Places, Subject } from './conversation.js';
import type { DhcpLease } from './lease.js';
import { parseDhcpOptions } from './options.js';

/** What it stands on. */
export interface DhcpWorld {
  readonly kernel: Pick<Kernel, 'frames' | 'surroundings'>;
  readonly log: Log;
  places(by: Holder): Places;
  /** Who gives pools and addresses of IPv6 that are not from the segment. */
  readonly inside: Ipam;
}

const ANYWHERE: Readonly<Record<Family, Prefix>> = { 4: knownPrefix('0.0.0.0/0'), 6: knownPrefix('::/0') };
const SAYS: Readonly<Record<Family, string>> = { 4: 'for the DHCP server to say', 6: 'for the routers of the segment to say' };

/** Addresses from the DHCP servers of the segment that a network is on; a client for each endpoint, and for each family that is from there. */
export class DhcpIpam implements Ipam {
  readonly name = 'dhcp';
  readonly asksSegment = true;
  readonly #world: DhcpWorld;
  readonly #clientWorld: ClientWorld;
  readonly #clients = new Map<string, Client>();
  #changed: (change: LeaseChange) => void = () => {};

  constructor(world: DhcpWorld) {
    this.#world = world;
    this.#clientWorld = {
      kernel: world.kernel,
      log: world.log,
      places: (by) => world.places(by),
      otherWith: ({ endpoint, network }, ip) =>
        [...this.#clients.values()].find((each) => each.ip === ip && each.subject.by.network === network && each.subject.by.endpoint !== endpoint)?.subject.by,
      hostAddresses: async () => {
        const { links } = await world.kernel.surroundings();
        return new Set(links.flatMap(({ addresses }) => addresses.map((each) => splitInterfaceAddress(each).ip)));
      },
      changed: ({ endpoint }, family, lease) => this.#changed({ endpoint, family, ...(lease && { lease }) }),
    };
  }

  check(options: Strings): void {
    parseDhcpOptions(options);
  }

  outside(family: Family, options: Strings): boolean {
    return family === 4 || parseDhcpOptions(options).ipv6 === 'dhcp';
  }

  async takePool(request: PoolRequest): Promise<Pool> {
    const { family, subnet = ANYWHERE[family], range, gateway, aux, options } = request;
    if (!this.outside(family, options)) return this.#world.inside.takePool(request);
    if (gateway === undefined) return { family, subnet, ...(range !== undefined && { range }), aux, outside: true };
    throw failure('value-invalid', { field: 'gateway', value: gateway, reason: SAYS[family], mend: 'leave it out' });
  }

  async givePool(pool: Pool): Promise<void> {
    if (!pool.outside) await this.#world.inside.givePool(pool);
  }

  async takeAddress(pool: Pool, request: AddressRequest): Promise<Lease> {
    if (!pool.outside) return this.#world.inside.takeAddress(pool, request);
    const client = this.#client({ ...request, pool });
    try {
      const lease = await client.take();
      client.keep(lease, false);
      return lease;
    } catch (error) {
      this.#clients.delete(keyOf(request.by.endpoint, pool.family));
      throw error;
    }
  }

  async giveAddress(lease: Lease, by: Holder): Promise<void> {
    if (isLeased(lease)) await this.#tell('free', lease, by, (client) => client.release(lease));
    else await this.#world.inside.giveAddress(lease, by);
  }

  async declineAddress(lease: Lease, by: Holder): Promise<boolean> {
    if (isLeased(lease)) await this.#tell('in use', lease, by, (client) => client.decline(lease));
    else await this.#world.inside.giveAddress(lease, by);
    return isLeased(lease);
  }

  async forget(endpoint: Id): Promise<void> {
    const keys = ([4, 6] as const).map((family) => keyOf(endpoint, family));
    const clients = keys.flatMap((key) => this.#clients.get(key) ?? []);
    for (const key of keys) this.#clients.delete(key);
    await Promise.all(clients.map((client) => client.end()));
  }

  isFull(pool: Pool): Promise<boolean> | boolean {
    return pool.outside ? false : this.#world.inside.isFull(pool);
  }

  restore(holder: string, pools: readonly Pool[], leases: readonly Lease[], options: Strings): Promise<void> | void {
    const inside = pools.filter((pool) => !pool.outside);
    return this.#world.inside.restore(
      holder,
      inside,
      leases.filter((lease) => !isLeased(lease)),
      options,
    );
  }

  keep(kept: readonly Kept[], changed: (change: LeaseChange) => void): void {
    this.#changed = changed;
    for (const { lease, ...each } of kept) this.#client(each).keep(lease as DhcpLease | undefined, true);
  }

  returned(link: string): void {
    for (const client of this.#clients.values()) client.returned(link);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.end()));
    this.#clients.clear();
  }

  /** Ends the client of an endpoint with a last word to its server. */
  async #tell(what: 'free' | 'in use', { family, subnet, ip }: Lease, by: Holder, say: (client: Client) => Promise<void>): Promise<void> {
    const key = keyOf(by.endpoint, family);
    const client = this.#clients.get(key) ?? this.#client({ by, pool: { family, subnet, aux: {} }, holder: by.network, options: {} });
    this.#clients.delete(key);
    // It ends by itself, where that is not heard.
    await say(client).catch((error: unknown) => {
      this.#world.log.debug(`a DHCP server was not told that an address is ${what}`, { endpoint: by.name, ip, why: asFailure(error).message });
    });
  }

  #client({ by, pool, holder, options, ip }: Omit<Kept, 'lease'>): Client {
    const subject: Subject = { by, pool, network: holder, options: parseDhcpOptions(options), ...(ip !== undefined && { ip }) };
    const client = new Client(subject, this.#clientWorld);
    this.#clients.set(keyOf(by.endpoint, pool.family), client);
    return client;
  }
}

const keyOf = (endpoint: Id, family: Family): string => `${endpoint}/${family}`;
// What a server gave comes with what it said beside it.
const isLeased = (lease: Lease): lease is DhcpLease => lease.learned !== undefined;
