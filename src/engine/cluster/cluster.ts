import { FairleadError, asFailure, failure } from '../../base/error.js';
import { type Id, newId } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import { collect } from '../../base/steps.js';
import type { ClusterHost, HostView, Peer, Published } from '../../model/cluster.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Endpoint, Network } from '../../model/records.js';
import type { Condition, Lifeline, Store } from '../../store/store.js';
import { rangesInUse } from '../addresses.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { type Claim, driverOf, sceneOf } from '../describe.js';
import type { NetworkRequest } from '../parse/network.js';
import type { SharedRecords } from '../records.js';
import { isAway } from './away.js';
import { fence } from './fence.js';
import { freed } from './freed.js';
import { Hosts } from './hosts.js';
import { forgetEndpoint, forgetHost, Janitor } from './janitor.js';
import { keys } from './keys.js';
import { Membership } from './membership.js';
import { Owed } from './owed.js';
import { readPublished } from './parse.js';
import { Peers } from './peers.js';
import { Publisher } from './publisher.js';
import { SharedAddresses } from './shared-addresses.js';
import type { SharedGround } from './shared-ground.js';
import { SharedNetworks } from './shared-networks.js';
import { layOutShared } from './shared-pools.js';

const UNTOLD: ReadonlySet<Endpoint['state']> = new Set(['creating', 'removing', 'lost']);

/** How a host takes part in its cluster. */
export interface ClusterManner {
  readonly host: ClusterHost;
  /** Seconds after which the others count a host as gone that does not answer. */
  readonly lease: number;
  /** Seconds for which the addresses of a host that went are given to nobody. */
  readonly quarantine: number;
}

/**
 * What several hosts share, from the side of one of them: networks of global scope, their addresses, and the endpoints of the others. There is
 * no leader: a host writes its own endpoints, and what is everybody's goes by comparison of revisions.
 */
export class Cluster implements SharedRecords {
  readonly manner: ClusterManner;
  readonly store: Store;
  readonly networks: SharedNetworks;
  readonly #hosts: Hosts;
  readonly #peers: Peers;
  readonly #publisher: Publisher;
  readonly #owed: Owed;
  readonly #membership: Membership;
  readonly #janitor: Janitor;
  readonly #ground: SharedGround;
  readonly #context: Context;
  readonly #addresses = new Map<Id, SharedAddresses>();
  /** Endpoints that are being taken down because they are not this host's any more: nothing is told of them. */
  readonly #fenced = new Set<Id>();
  readonly #ending = new AbortController();
  #fenceTimer: NodeJS.Timeout | undefined;
  #begun = false;

  constructor(context: Omit<Context, 'cluster'>, store: Store, boot: Store, manner: ClusterManner) {
    const { records, log } = context;
    const { host } = manner;
    this.manner = manner;
    this.store = store;
    this.#context = { ...context, cluster: this };
    this.#owed = new Owed(store, boot, host.name, log);
    this.networks = new SharedNetworks({ store, host: host.name, records, log, tell: (network, change) => announce(context, 'network', network, change) });
    this.#ground = { store, host, records, owed: this.#owed, networks: this.networks, log };
    this.#hosts = new Hosts(store, (names) => this.#hostsChanged(names), log);
    this.#publisher = new Publisher(this.#ground);
    this.#peers = new Peers({
      ...this.#ground,
      hosts: this.#hosts,
      describe: (peer) => this.#describe(peer),
      declare: async (claims) => void (await context.ledger.declare(claims)),
      evicted: (id) => void this.#evicted(id),
    });
    this.#janitor = new Janitor({ ...this.#ground, host: host.name, hosts: this.#hosts, quarantine: manner.quarantine });
    this.#membership = new Membership(store, host, manner.lease, { joined: (lease) => this.#joined(lease), silent: () => this.#silent() }, log);
    records.share(this);
  }

  /** This host, as the others see it. */
  get here(): ClusterHost {
    return this.manner.host;
  }

  /** Whether the others count on this host now. */
  get alive(): boolean {
    return this.#membership.alive;
  }

  /** Takes this host's place among the others. Without the shared store it goes on as it was, and joins when that answers. Throws `host-name-taken`. */
  async begin(): Promise<void> {
    const { log } = this.#context;
    try {
      await this.networks.begin();
      await this.#hosts.begin();
      await this.#membership.join();
    } catch (error) {
      if (!isAway(error)) throw error;
      log.error('the shared store does not answer; networks of several hosts go on as they were', { error: asFailure(error).message });
      await this.#hosts.begin().catch(() => {});
      this.#silent();
    }
    this.#begun = true;
    this.#membership.stay();
  }

  /** Leaves: what this host has stays its own for the time of its quarantine. */
  async close(): Promise<void> {
    clearTimeout(this.#fenceTimer);
    this.#ending.abort();
    const parts = [this.#membership, this.#janitor, this.#peers, this.#hosts, this.networks];
    const [first] = await collect(parts.map((part) => () => part.close()));
    if (first !== undefined && !FairleadError.is(first)) throw first;
  }

  /** Reads what others have done by now, where they can be asked. */
  async look(): Promise<void> {
    if (this.alive) await this.networks.look();
  }

  /** Who gives the addresses of a network of global scope. */
  addressesOf(network: Network): SharedAddresses {
    const known = this.#addresses.get(network.id);
    if (known) return known;
    const addresses = new SharedAddresses(network, this.#ground);
    this.#addresses.set(network.id, addresses);
    return addresses;
  }

  /**
   * Makes a network of global scope: its subnets and what its driver claims are nobody else's from then on. What others do meanwhile makes
   * it choose anew. Throws `name-taken`, and what the subnets are refused for.
   */
  async create(draft: Network, requests: NetworkRequest['pools']): Promise<Network> {
    const driver = driverOf(this.#context, draft.driver);
    for (;;) {
      await this.networks.look();
      const [claims, pools, cluster] = [await this.store.list(keys.claims), await this.store.list(keys.pools), await this.#name()];
      const others = this.networks.list().flatMap((each) => each.pools.map(({ subnet }) => subnet));
      const laid = layOutShared(requests, [...others, ...(await rangesInUse(this.#context))], cluster);
      const taken = new Set([...claims.entries.keys()].map((key) => key.slice(keys.claims.length)));
      const agreed = driver.agree?.(sceneOf(this.#context, { ...draft, pools: laid }), taken) ?? { facts: {}, claims: [] };
      const network: Network = { ...draft, state: 'active', pools: laid, shared: agreed.facts };
      const seen = pools.entries.get(keys.pools);
      const unchanged: Condition = { key: keys.pools, revision: seen?.revision ?? 'absent' };
      if (await this.networks.create(network, agreed.claims, [unchanged], [{ key: keys.pools, value: draft.id }])) return network;
    }
  }

  /** Removes a network on which no host has an endpoint. Throws what `inUse` makes of those that there are. */
  async remove(network: Network, inUse: (endpoints: readonly Published[]) => Error): Promise<void> {
    await this.networks.remove(network, (values) => inUse(values.flatMap((value) => readPublished(value) ?? [])));
    this.#addresses.delete(network.id);
  }

  // Drawn once, by whoever comes first.
  async #name(): Promise<string> {
    for (;;) {
      const known = (await this.store.list(keys.cluster)).entries.get(keys.cluster)?.value;
      if (typeof known === 'string') return known;
      await this.store.commit([{ key: keys.cluster, revision: 'absent' }], [{ key: keys.cluster, value: newId() }]);
    }
  }

  /** Endpoints of other hosts, on all networks. */
  async endpoints(): Promise<readonly Published[]> {
    if (!this.alive) return this.#context.records.peers.list();
    const { entries } = await this.store.list(keys.endpoints);
    return [...entries.values()].flatMap(({ value }) => readPublished(value) ?? []).filter(({ endpoint }) => endpoint.host !== this.here.name);
  }

  /** The hosts of the cluster. */
  async hosts(): Promise<readonly HostView[]> {
    if (this.alive) await this.#hosts.look();
    const all = [...(await this.endpoints()).map(({ endpoint }) => endpoint.host), ...this.#own().map(() => this.here.name)];
    return this.#hosts.list().flatMap((name): HostView[] => {
      const { known, alive, waited = 0 } = this.#hosts.get(name);
      const host = alive ?? known;
      if (!host) return [];
      const endpoints = all.filter((each) => each === name).length;
      const own = name === this.here.name;
      if (alive) return [{ ...host, state: 'alive', own, endpoints }];
      return [{ ...host, state: 'departed', waits: Math.max(0, Math.round(this.manner.quarantine - waited)), own, endpoints }];
    });
  }

  /** Frees all that a host has which is not there and does not come back. Throws `host-absent`, `host-alive`. */
  async forget(name: string): Promise<void> {
    await this.#hosts.look();
    const { known, alive } = this.#hosts.get(name);
    if (!known && !alive) throw failure('host-absent', { host: name, hosts: this.#hosts.list().join(', ') });
    if (alive || !(await forgetHost(this.store, name))) throw failure('host-alive', { host: name, address: (alive ?? known)?.address ?? '' });
  }

  /** The network is used here from now on: resolves when this host knows the others' endpoints on it. */
  async use(network: Id): Promise<void> {
    await this.#peers.follow(network);
  }

  /** What leads to others on a network that is being realized. */
  withPeers(network: Id): readonly Claim[] {
    return this.#peers.claims(network);
  }

  /** The same for one that is taken down. */
  withoutPeers(network: Id): readonly Claim[] {
    return this.#peers.nothing(network);
  }

  /** A network was realized on this host, or is no longer: what leads to others follows. */
  async settle(network: Id): Promise<void> {
    const { records } = this.#context;
    if (!this.#begun || records.networks.find(network)?.scope !== 'global') return;
    if (records.endpointsOf(network).length === 0) await this.#peers.leave(network);
    else this.#peers.renew(network);
    await this.#peers.settled();
    this.networks.sweep();
  }

  async define(network: Network): Promise<void> {
    await this.networks.write(network);
  }

  async publish(endpoints: readonly Endpoint[]): Promise<void> {
    if (!this.#begun) return;
    await this.#publisher.publish(endpoints.filter(({ id, state }) => !UNTOLD.has(state) && !this.#fenced.has(id)));
  }

  async withdraw(endpoints: readonly Endpoint[]): Promise<void> {
    await this.#publisher.withdraw(endpoints);
  }

  /** Takes an endpoint over that is in no sandbox, on whichever host it is. Throws `endpoint-elsewhere`. */
  async adopt(published: Published): Promise<Endpoint> {
    const { endpoint, sandbox } = published;
    const { id, network, name, host } = endpoint;
    if (endpoint.sandbox !== undefined) throw failure('endpoint-elsewhere', { endpoint: name, host, sandbox: sandbox ?? endpoint.sandbox });
    await this.use(network);
    const key = keys.endpoint(network, id);
    const entry = (await this.store.list(key)).entries.get(key);
    const now = entry && readPublished(entry.value);
    if (!entry || !now) throw failure('endpoint-absent', { ref: name });
    if (now.endpoint.sandbox !== undefined) throw failure('endpoint-elsewhere', { endpoint: name, host: now.endpoint.host, sandbox: now.sandbox ?? '' });
    const own: Endpoint = { ...now.endpoint, host: this.here.name };
    const value = { ...now, endpoint: own } as unknown as Json;
    const addresses = endpoint.leases.map(({ ip }) => ({ key: keys.address(network, ip), value: { host: this.here.name } }));
    const taken = await this.store.commit([{ key, revision: entry.revision }], [{ key, value }, ...addresses]);
    if (taken === false) throw failure('endpoint-elsewhere', { endpoint: name, host: now.endpoint.host, sandbox: '' });
    return own;
  }

  /**
   * Removes another host's endpoint: one in no sandbox, or by force. With `settle` its addresses are free when this resolves, where that can be
   * had within the time after which a host counts as gone. Throws `endpoint-active`.
   */
  async removeOf({ endpoint, sandbox }: Published, { force = false, settle = false }: RemoveHow): Promise<void> {
    const { id, network, name, host } = endpoint;
    if (endpoint.sandbox !== undefined && !force)
      throw failure('endpoint-active', { endpoint: name, sandbox: `${sandbox ?? endpoint.sandbox} on host ${host}` });
    if (await forgetEndpoint(this.store, host, network, id)) return;
    // Its host is there: it sees that the endpoint is gone, takes it down, and gives the addresses back then.
    await this.store.commit(
      [],
      [
        { key: keys.endpoint(network, id), value: null },
        { key: keys.endpointName(network, name), value: null },
      ],
    );
    const patience = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(2 * this.manner.lease * 1000)]);
    if (settle) await freed(this.store, endpoint, host, patience);
  }

  // Whatever happened while this host was away, what it has counts again, or is lost.
  async #joined(lease: Lifeline): Promise<void> {
    clearTimeout(this.#fenceTimer);
    const { records, log } = this.#context;
    await this.#owed.settle();
    await this.networks.look();
    await this.#hosts.look();
    const own = this.#own().filter(({ state }) => state === 'created' || state === 'active');
    for (const endpoint of await this.#publisher.reclaim(own)) {
      log.error('an endpoint was lost while this host was away: others have what it had', { endpoint: records.endpoints.fullName(endpoint.id) });
      await this.#fence(endpoint.id, 'lost');
    }
    await this.#purge();
    for (const network of new Set(this.#own().map((each) => each.network))) {
      await this.#peers.follow(network);
      this.#peers.renew(network);
    }
    this.networks.sweep();
    this.#janitor.stand(lease);
  }

  // What this host has told and does not know any more, after a reboot for one: nobody else takes that back while this host is there.
  async #purge(): Promise<void> {
    const { records } = this.#context;
    const { entries } = await this.store.list(keys.endpoints);
    const stale = [...entries].filter(([, { value }]) => {
      const known = readPublished(value)?.endpoint;
      return known?.host === this.here.name && !records.endpoints.find(known.id);
    });
    await this.#owed.giveBack(stale.map(([key]) => key));
    for (const network of this.networks.list()) {
      const held = new Set(records.endpointsOf(network.id).flatMap(({ leases }) => leases.map(({ ip }) => ip)));
      await this.addressesOf({ ...network, facts: null }).reclaim(held);
    }
  }

  // When others may be given the addresses of this host, it may not use them any more.
  #silent(): void {
    const { records, log } = this.#context;
    clearTimeout(this.#fenceTimer);
    this.#fenceTimer = setTimeout(() => {
      for (const { id, state } of this.#own()) {
        if (state === 'lost') continue;
        log.error('an endpoint is given up: this host was away for longer than its addresses wait', { endpoint: records.endpoints.fullName(id) });
        void this.#fence(id, 'lost');
      }
    }, this.manner.quarantine * 1000).unref();
  }

  // What was seen may be behind: the store says what is. A host that is away finds out when it joins.
  async #evicted(id: Id): Promise<void> {
    const known = this.#context.records.endpoints.find(id);
    if (!known || !this.alive) return;
    const key = keys.endpoint(known.network, id);
    try {
      const entry = (await this.store.list(key)).entries.get(key);
      if (entry && readPublished(entry.value)?.endpoint.host === this.here.name) return;
    } catch {
      return;
    }
    this.#context.log.warn('an endpoint of this host was removed by another', { endpoint: this.#context.records.endpoints.fullName(id) });
    await this.#fence(id, 'removed');
  }

  async #fence(id: Id, how: 'lost' | 'removed'): Promise<void> {
    this.#publisher.forget(id);
    this.#fenced.add(id);
    try {
      await fence(this.#context, id, how);
    } catch (error) {
      this.#context.log.error('taking an endpoint down that is not this host’s any more', { endpoint: id, error: asFailure(error).message });
    } finally {
      this.#fenced.delete(id);
    }
  }

  #own(): readonly Endpoint[] {
    const { records } = this.#context;
    return records.endpoints.list().filter(({ network }) => records.networks.find(network)?.scope === 'global');
  }

  #describe(peer: Peer) {
    const network = this.#context.records.networks.get(peer.endpoint.network);
    return driverOf(this.#context, network.driver).peer?.(sceneOf(this.#context, network), peer) ?? [];
  }

  #hostsChanged(names: readonly string[]): void {
    for (const name of names) if (name !== this.here.name) this.#peers.hostChanged(name);
    this.#janitor.look();
  }
}
