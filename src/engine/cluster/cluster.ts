import { FairleadError, asFailure, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Claims } from '../../ledger/types.js';
import type { ClusterHost, HostView, OwnPlace, Peer, Published, Unfollowed } from '../../model/cluster.js';
import type { Encryption as WayOfEncryption } from '../../model/driver.js';
import type { FairleadEvent } from '../../model/fairlead.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Endpoint, Network } from '../../model/records.js';
import type { Owner } from '../../resource/owner.js';
import type { Lifeline, Store } from '../../store/store.js';
import { announce } from '../announce.js';
import { removingShared } from '../asking.js';
import type { Context } from '../context.js';
import { type Claim, driverOf, sceneOf } from '../describe.js';
import type { NetworkRequest } from '../parse/network.js';
import { rememberDriver } from '../plugin-drivers.js';
import type { SharedRecords } from '../records.js';
import { isAway, isRefused } from './away.js';
import { CountedStore } from './counted-store.js';
import { Custody } from './custody.js';
import { EncryptedNetworks } from './encrypted-networks.js';
import { Encryption } from './encryption.js';
import { followNetwork } from './follow-network.js';
import { flawOf } from './flaw-of.js';
import { freed } from './freed.js';
import { hostViews } from './host-views.js';
import { Hosts } from './hosts.js';
import { forgetHost, Janitor } from './janitor.js';
import { keys } from './keys.js';
import { makeNetwork } from './make-network.js';
import { Membership } from './membership.js';
import { Owed } from './owed.js';
import { keepName } from './keep-name.js';
import { readPublished } from './parse.js';
import { Peers } from './peers.js';
import { Publisher } from './publisher.js';
import { SharedAddresses } from './shared-addresses.js';
import type { SharedGround } from './shared-ground.js';
import { SharedNetworks } from './shared-networks.js';
import { removeElsewhere, takeOver } from './takeover.js';
import { unfollowed } from './unfollowed.js';
import { Wireguard } from './wireguard.js';

/** How a host takes part in its cluster. */
export interface ClusterManner {
  readonly host: ClusterHost;
  /** Seconds after which the others count a host as gone that does not answer. */
  readonly lease: number;
  /** Seconds for which the addresses of a host that went are given to nobody. */
  readonly quarantine: number;
  /** Seconds after which hosts send by another key, on encrypted networks. */
  readonly rotation: number;
  /** What the store is called, for people. */
  readonly storeName: string;
}

/**
 * What several hosts share, from the side of one of them: networks of global scope, their addresses, and the endpoints of the others. There is
 * no leader: a host writes its own endpoints, and what is everybody's goes by comparison of revisions.
 */
export class Cluster implements SharedRecords {
  readonly manner: ClusterManner;
  /** What goes between hosts for encrypted networks. */
  readonly encryption: Encryption;
  readonly wireguard: Wireguard;
  readonly #store: Store;
  readonly #boot: Store;
  readonly #networks: SharedNetworks;
  readonly #hosts: Hosts;
  readonly #peers: Peers;
  readonly #publisher: Publisher;
  readonly #owed: Owed;
  readonly #membership: Membership;
  readonly #janitor: Janitor;
  readonly #custody: Custody;
  readonly #ground: SharedGround;
  readonly #context: Context;
  readonly #addresses = new Map<Id, SharedAddresses>();
  readonly #ending = new AbortController();
  #begun = false;

  constructor(context: Omit<Context, 'cluster'>, store: Store, boot: Store, manner: ClusterManner) {
    const { records, log, ledger } = context;
    const { host } = manner;
    const declare = async (claims: Claims) => void (await ledger.declare(claims));
    this.manner = manner;
    const counted = new CountedStore(store, manner.storeName, () => this.alive);
    this.#store = counted;
    this.#boot = boot;
    this.#context = { ...context, cluster: this };
    this.#owed = new Owed(counted, boot, host.name, log);
    this.#networks = new SharedNetworks({
      ...{ store, counted, host: host.name, records, log },
      tell: (network, change) => this.#networkChanged(network, change),
      flawOf: (network) => flawOf(context.drivers, network),
    });
    this.#ground = { store: counted, host, records, owed: this.#owed, networks: this.#networks, log };
    this.#hosts = new Hosts(store, boot, (names) => this.#hostsChanged(names), log);
    this.#publisher = new Publisher(this.#ground);
    this.#custody = new Custody({
      ...this.#ground,
      ...manner,
      context: this.#context,
      boot,
      publisher: this.#publisher,
      holds: (network, ip) => this.#addresses.get(network)?.holds(ip) === true,
      alive: () => this.alive,
    });
    this.#peers = new Peers({
      ...this.#ground,
      store,
      boot,
      hosts: this.#hosts,
      describe: (peer) => this.#describe(peer),
      declare,
      evicted: (id) => void this.#custody.evicted(id),
    });
    this.#janitor = new Janitor({ ...this.#ground, host: host.name, hosts: this.#hosts, quarantine: manner.quarantine });
    const ground = { alive: () => this.alive, declare, store, boot, host, hosts: this.#hosts, log };
    const networks = new EncryptedNetworks(context);
    const demand = (way: WayOfEncryption) => ({ wanted: () => networks.some(way), used: () => networks.someUsed(way) });
    this.encryption = new Encryption({ ...ground, ...demand('ipsec'), rotation: manner.rotation });
    this.wireguard = new Wireguard({ ...ground, ...demand('wireguard'), survey: () => context.kernel.surroundings() });
    const joined = (lease: Lifeline, forgotten: boolean) => this.#joined(lease, forgotten);
    const silent = () => this.#custody.silent();
    this.#membership = new Membership(store, host, manner.lease, { known: () => this.#custody.known(), joined, silent }, log);
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

  /** The same for people. */
  get place(): OwnPlace {
    const { name, address } = this.here;
    return { host: name, address, store: this.manner.storeName, alive: this.alive };
  }

  /** What the others wrote and this host cannot follow. */
  unfollowed(): readonly Unfollowed[] {
    const [strange, refused, alive] = [this.#networks.strange(), this.#peers.refused(), (host: string) => this.#hosts.alive(host)];
    return unfollowed({ records: this.#context.records, here: this.here, alive, strange, refused });
  }

  /** Takes this host's place among the others. Without the shared store it goes on as it was, and joins when that answers. Throws `host-name-taken`, `host-renamed`. */
  async begin(): Promise<void> {
    const living = this.#custody.own().filter(({ state }) => state !== 'lost');
    await keepName(this.#boot, this.here.name, new Set(living.map(({ network }) => this.#context.records.networks.get(network).name)));
    // Whoever waits for the start sees what it waits for.
    this.#context.log.info('joining the cluster', { store: this.manner.storeName, host: this.here.name, address: this.here.address });
    this.#publisher.assume(this.#custody.own());
    await Promise.all([this.encryption.recall(), this.wireguard.recall()]);
    try {
      await this.#networks.begin();
      await this.#hosts.begin();
      await this.encryption.begin();
      await this.wireguard.begin();
      await this.#membership.join();
    } catch (error) {
      // Whoever names a store that refuses it is told at once, unless somebody's packets go by what is here.
      if (!isAway(error) || (isRefused(error) && this.#custody.own().length === 0)) throw error;
      this.#context.log.error('the shared store cannot be used now; networks of several hosts go on as they were', { error: asFailure(error).message });
      await this.#goOn();
      // It has what it knew; the store would be waited for once more.
      for (const each of [this.encryption, this.wireguard])
        void each.begin().catch((failed: unknown) => this.#context.log.debug('keys of the cluster', { error: asFailure(failed).message }));
    }
    this.#begun = true;
    this.#membership.stay();
  }

  /** The kernel is as the records say: from now on it follows what others do to this host's endpoints. */
  run(): void {
    this.#custody.run();
    this.encryption.start();
    this.wireguard.start();
    this.#peers.run();
  }

  /** Leaves: what this host has stays its own for the time of its quarantine. */
  async close(): Promise<void> {
    this.#ending.abort();
    const ways = [this.encryption, this.wireguard];
    const parts = [...ways, this.#custody, this.#membership, this.#janitor, this.#peers, this.#hosts, this.#networks, this.#publisher, this.#owed];
    const closed = await Promise.allSettled(parts.map((part) => part.close()));
    const [first] = closed.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    if (first !== undefined && !FairleadError.is(first)) throw first;
  }

  /** Reads what others have done by now, where they can be asked. */
  async look(): Promise<void> {
    if (this.alive) await this.#networks.look().catch(passAway);
  }

  /** Who gives the addresses of a network of global scope. */
  addressesOf(network: Network): SharedAddresses {
    const known = this.#addresses.get(network.id);
    if (known) return known;
    const addresses = new SharedAddresses(network, this.#ground);
    this.#addresses.set(network.id, addresses);
    return addresses;
  }

  /** Makes a network of global scope, on all hosts at once. Throws `name-taken`, and what the subnets are refused for. */
  create(draft: Network, requests: NetworkRequest['pools']): Promise<Network> {
    return makeNetwork(this.#context, this.#store, this.#networks, draft, requests);
  }

  /** Removes a network on which no host has an endpoint. Throws what `inUse` makes of those that there are. */
  async remove(network: Network, inUse: (endpoints: readonly Published[]) => Error): Promise<void> {
    const remove = () => this.#networks.remove(network, (values) => inUse(values.flatMap((value) => readPublished(value) ?? [])));
    await removingShared(this.#context, network, remove);
    this.#addresses.delete(network.id);
  }

  /** Endpoints of other hosts, on all networks; those that were seen last on networks in use here, where the store cannot be asked. */
  async endpoints(): Promise<readonly Published[]> {
    const seen = () => this.#context.records.peers.list();
    if (!this.alive) return seen();
    try {
      const { entries } = await this.#store.list(keys.endpoints);
      return [...entries.values()].flatMap(({ value }) => readPublished(value) ?? []).filter(({ endpoint }) => endpoint.host !== this.here.name);
    } catch (error) {
      passAway(error);
      return seen();
    }
  }

  /** The hosts of the cluster. */
  async hosts(): Promise<readonly HostView[]> {
    if (this.alive) await this.#hosts.look().catch(passAway);
    const places = [...(await this.endpoints()).map(({ endpoint }) => endpoint.host), ...this.#custody.own().map(() => this.here.name)];
    return hostViews({ hosts: this.#hosts, own: this.here.name, alive: this.alive, places, quarantine: this.manner.quarantine });
  }

  /** Frees all that a host has which is not there and does not come back. Throws `host-absent`, `host-alive`. */
  async forget(name: string): Promise<void> {
    for (let tries = 0; ; tries++) {
      await this.#hosts.look();
      const { known, alive } = this.#hosts.get(name);
      if (alive) throw failure('host-alive', { host: name, address: alive.address });
      if (!known && tries > 0) return;
      if (!known) throw failure('host-absent', { host: name, hosts: this.#hosts.list().join(', ') });
      // Whoever counts how long it has been away may have written that meanwhile.
      if (await forgetHost(this.#store, name)) return;
    }
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

  /** Whose claims lead to others on a network. */
  peersOn(network: Id): readonly Owner[] {
    return this.#peers.claims(network).map(([owner]) => owner);
  }

  /** A network was realized on this host, or is no longer: what leads to others follows. */
  async settle(network: Id): Promise<void> {
    const { records, queues } = this.#context;
    if (!this.#begun || records.networks.find(network)?.scope !== 'global') return;
    // Whoever is about to use it holds its queue from before it asks for the peers.
    await queues.run({ exclusive: [`network/${network}`] }, async () => {
      if (records.endpointsOf(network).length === 0) await this.#peers.leave(network);
      else this.#peers.renew(network);
    });
    await this.#peers.settled();
    this.#networks.sweep();
  }

  async define(network: Network): Promise<void> {
    await this.#networks.write(network);
  }

  async publish(endpoints: readonly Endpoint[]): Promise<void> {
    if (this.#begun) await this.#publisher.publish(endpoints);
  }

  async withdraw(endpoints: readonly Endpoint[]): Promise<void> {
    await this.#publisher.withdraw(endpoints);
  }

  /** Takes an endpoint over that is in no sandbox, on whichever host it is. Throws `endpoint-elsewhere`. */
  async adopt(published: Published): Promise<Endpoint> {
    await this.use(published.endpoint.network);
    return takeOver(this.#store, this.here, published);
  }

  /**
   * Removes another host's endpoint: one in no sandbox, or by force. With `settle` its addresses are free when this resolves, where that can be
   * had within the time after which a host counts as gone. Throws `endpoint-active`.
   */
  async removeOf(published: Published, { force = false, settle = false }: RemoveHow): Promise<void> {
    const there = await removeElsewhere(this.#store, published, force);
    const patience = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(2 * this.manner.lease * 1000)]);
    if (settle && there) await freed(this.#store, published.endpoint, published.endpoint.host, patience);
  }

  async #joined(lease: Lifeline, forgotten: boolean): Promise<void> {
    await this.#owed.settle();
    await this.#networks.look();
    await this.#hosts.look();
    await this.#custody.rejoined(forgotten);
    for (const network of this.#inUse()) {
      await this.#peers.follow(network);
      this.#peers.renew(network);
    }
    this.#networks.sweep();
    await this.#networks.restore(() => true);
    this.#janitor.stand(lease);
    this.#lookAtEncryption();
  }

  // What an earlier process of this host saw last holds until the store answers.
  async #goOn(): Promise<void> {
    await this.#hosts.resume();
    for (const network of this.#inUse()) await this.#peers.resume(network);
    await this.#custody.silent();
  }

  #inUse(): ReadonlySet<Id> {
    return new Set(this.#custody.own().map(({ network }) => network));
  }

  #describe(peer: Peer) {
    const network = this.#context.records.networks.get(peer.endpoint.network);
    return driverOf(this.#context, network.driver).peer?.(sceneOf(this.#context, network), peer) ?? [];
  }

  #networkChanged(network: Network, change: FairleadEvent['change']): void {
    if (change !== 'removed') rememberDriver(this.#context, network);
    announce(this.#context, 'network', network, change);
    this.#lookAtEncryption();
    if (change === 'changed' && this.#begun) void followNetwork(this.#context, network.id);
  }

  #hostsChanged(names: readonly string[]): void {
    for (const name of names) if (name !== this.here.name) this.#peers.hostChanged(name);
    this.#janitor.heed();
    this.#lookAtEncryption();
    this.#context.plugins.know(() => this.#hosts.there().map(({ name, address }) => ({ address, self: name === this.here.name })));
  }

  #lookAtEncryption(): void {
    this.encryption.look();
    this.wireguard.look();
  }
}

function passAway(error: unknown): void {
  if (!isAway(error)) throw error;
}
