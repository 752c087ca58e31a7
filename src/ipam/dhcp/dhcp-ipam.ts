import { asFailure, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Log } from '../../base/log.js';
import { splitInterfaceAddress } from '../../ip/interface-address.js';
import { knownPrefix } from '../../ip/prefix.js';
import type { AddressRequest, Holder, Ipam, Kept, LeaseChange, PoolRequest } from '../../model/ipam.js';
import type { Kernel } from '../../kernel/kernel.js';
import type { Lease, Pool, Strings } from '../../model/records.js';
import { Client, type ClientWorld, type Places, type Subject } from './client.js';
import type { DhcpLease } from './dhcp-lease.js';
import { parseDhcpOptions } from './options.js';

/** What it stands on. */
export interface DhcpWorld {
  readonly kernel: Pick<Kernel, 'frames' | 'survey'>;
  readonly log: Log;
  places(by: Holder): Places;
  /** Who gives pools and addresses of IPv6. */
  readonly inside: Ipam;
}

const ANYWHERE = knownPrefix('0.0.0.0/0');

/** IPv4 addresses from the DHCP servers of the segment that a network is on; a client for each endpoint. */
export class DhcpIpam implements Ipam {
  readonly name = 'dhcp';
  readonly asksSegment = true;
  readonly #world: DhcpWorld;
  readonly #clientWorld: ClientWorld;
  readonly #clients = new Map<Id, Client>();
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
        const { links } = await world.kernel.survey('host');
        return new Set(links.flatMap(({ addresses }) => addresses.map((each) => splitInterfaceAddress(each).ip)));
      },
      changed: ({ endpoint }, lease) => this.#changed({ endpoint, ...(lease && { lease }) }),
    };
  }

  check(options: Strings): void {
    parseDhcpOptions(options);
  }

  async takePool(request: PoolRequest): Promise<Pool> {
    if (request.family === 6) return this.#world.inside.takePool(request);
    const { family, subnet = ANYWHERE, range, gateway, aux } = request;
    if (gateway === undefined) return { family, subnet, ...(range !== undefined && { range }), aux, outside: true };
    throw failure('value-invalid', { field: 'gateway', value: gateway, reason: 'for the DHCP server to say', mend: 'leave it out' });
  }

  async givePool(pool: Pool): Promise<void> {
    if (!pool.outside) await this.#world.inside.givePool(pool);
  }

  async takeAddress(pool: Pool, request: AddressRequest): Promise<Lease> {
    if (!pool.outside) return this.#world.inside.takeAddress(pool, request);
    const { endpoint } = request.by;
    const client = this.#client({ ...request, pool });
    try {
      const lease = await client.take();
      client.keep(lease, false);
      return lease;
    } catch (error) {
      this.#clients.delete(endpoint);
      throw error;
    }
  }

  async giveAddress(lease: Lease, by: Holder): Promise<void> {
    if (lease.family === 6) return this.#world.inside.giveAddress(lease, by);
    const { network, endpoint } = by;
    const client = this.#clients.get(endpoint) ?? this.#client({ by, pool: { family: 4, subnet: lease.subnet, aux: {} }, holder: network, options: {} });
    this.#clients.delete(endpoint);
    // It ends by itself, where that is not heard.
    await client.release(lease as DhcpLease).catch((error: unknown) => {
      this.#world.log.debug('a DHCP server was not told that an address is free', { endpoint: by.name, ip: lease.ip, why: asFailure(error).message });
    });
  }

  async forget(endpoint: Id): Promise<void> {
    const client = this.#clients.get(endpoint);
    this.#clients.delete(endpoint);
    await client?.end();
  }

  isFull(pool: Pool): Promise<boolean> | boolean {
    return pool.outside ? false : this.#world.inside.isFull(pool);
  }

  restore(holder: string, pools: readonly Pool[], leases: readonly Lease[]): Promise<void> | void {
    const inside = pools.filter((pool) => !pool.outside);
    return this.#world.inside.restore(
      holder,
      inside,
      leases.filter(({ family }) => family === 6),
    );
  }

  keep(kept: readonly Kept[], changed: (change: LeaseChange) => void): void {
    this.#changed = changed;
    for (const { lease, ...each } of kept) this.#client(each).keep(lease as DhcpLease | undefined, true);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#clients.values()].map((client) => client.end()));
    this.#clients.clear();
  }

  #client({ by, pool, holder, options, ip }: Omit<Kept, 'lease'>): Client {
    const subject: Subject = { by, pool, network: holder, options: parseDhcpOptions(options), ...(ip !== undefined && { ip }) };
    const client = new Client(subject, this.#clientWorld);
    this.#clients.set(by.endpoint, client);
    return client;
  }
}
