import { asFailure, type FairleadError } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import type { Claims } from '../../ledger/types.js';
import type { Peer, Published } from '../../model/cluster.js';
import type { Resource } from '../../resource/resource.js';
import type { Store } from '../../store/store.js';
import type { Claim } from '../describe.js';
import type { Hosts } from './hosts.js';
import { keys } from './keys.js';
import { Mirror } from './mirror.js';
import { readPublished } from './parse.js';
import type { SharedGround } from './shared-ground.js';

/** Milliseconds until what the kernel refused is tried again: at first, and at last. */
const AGAIN = 1000;
const LONGEST = 60_000;

interface World extends Pick<SharedGround, 'store' | 'host' | 'records' | 'log'> {
  readonly boot: Store;
  readonly hosts: Hosts;
  /** What leads to a peer, while its network is in use here. */
  readonly describe: (peer: Peer) => readonly Resource[];
  readonly declare: (claims: Claims) => Promise<void>;
  /** An endpoint of this host was taken from it by another one. */
  readonly evicted: (id: Id) => void;
}

/**
 * The endpoints of other hosts on networks that are in use here: what leads to each is claimed for it, from the moment when it is seen active on
 * a host that is there, to the moment when one of both ends.
 *
 *     store watched ──► endpoint or host changed ──► gathered ──► described ──► declared
 *                                                       ▲                          │ refused, and several were gathered: in halves
 *                                                       └──────── by the clock ◄───┘ refused alone
 */
export class Peers {
  readonly #world: World;
  readonly #followed = new Map<Id, Mirror<Published>>();
  readonly #dirty = new Set<Id>();
  readonly #claimed = new Map<Id, Peer>();
  readonly #refused = new Map<Id, FairleadError>();
  #declaring: Promise<void> | undefined;
  #retry: NodeJS.Timeout | undefined;
  #pause = AGAIN;
  #running = false;
  #closed = false;

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on the peers of this network are known; resolves when those are that there were at the call. Throws what the store says. */
  async follow(network: Id): Promise<void> {
    const known = this.#followed.get(network);
    if (!known) return this.#mirror(network).begin();
    if (!known.read) await known.look();
  }

  /** The same with those that an earlier process saw, while the store is away. */
  async resume(network: Id): Promise<void> {
    if (!this.#followed.has(network)) await this.#mirror(network).resume();
  }

  /** The ledger knows what was claimed before: from now on what changes is declared. */
  run(): void {
    this.#running = true;
    this.#wake();
  }

  /** The network is not in use here any more. */
  async leave(network: Id): Promise<void> {
    const mirror = this.#followed.get(network);
    this.#followed.delete(network);
    for (const { endpoint } of [...this.#world.records.peers.list()]) if (endpoint.network === network) this.#world.records.peers.remove(endpoint.id);
    for (const [id, { endpoint }] of this.#claimed) if (endpoint.network === network) this.#dirty.add(id);
    this.#wake();
    await mirror?.forget();
  }

  /** What leads to the peers of this network is described anew: it was realized, or is no longer. */
  renew(network: Id): void {
    for (const { value } of this.#followed.get(network)?.entries.values() ?? []) this.#dirty.add(value.endpoint.id);
    for (const [id, { endpoint }] of this.#claimed) if (endpoint.network === network) this.#dirty.add(id);
    this.#wake();
  }

  /** A host came, went, or has another address. */
  hostChanged(name: string): void {
    for (const mirror of this.#followed.values())
      for (const { value } of mirror.entries.values())
        if (value.endpoint.host === name) {
          this.#show(value.endpoint.id, value);
          this.#dirty.add(value.endpoint.id);
        }
    this.#wake();
  }

  /** Resolves when all that was seen before the call is declared, or was refused by the kernel. */
  async settled(): Promise<void> {
    while (this.#declaring) await this.#declaring;
  }

  /** Those to which nothing leads, because the kernel refused it. */
  refused(): readonly (readonly [Published, FairleadError])[] {
    return [...this.#refused].flatMap(([id, error]) => {
      const published = this.#world.records.peers.find(id);
      return published ? [[published, error] as const] : [];
    });
  }

  /** What leads to the peers of a network, for whoever realizes it. */
  claims(network: Id): readonly Claim[] {
    const known = [...(this.#followed.get(network)?.entries.values() ?? [])];
    return known.map(({ value }) => this.#claim(value.endpoint.id)).filter(([, resources]) => resources.length > 0);
  }

  /** Nothing leads to them any more: the network goes. */
  nothing(network: Id): readonly Claim[] {
    const gone = [...this.#claimed].filter(([, { endpoint }]) => endpoint.network === network).map(([id]) => id);
    for (const id of gone) this.#claimed.delete(id);
    return gone.map((id) => [`peer/${id}`, []]);
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#retry);
    await Promise.all([...this.#followed.values()].map((mirror) => mirror.close()));
    await this.settled();
  }

  #mirror(network: Id): Mirror<Published> {
    const { store, boot, log } = this.#world;
    const prefix = keys.endpointsOf(network);
    const mirror: Mirror<Published> = new Mirror({ store, boot, prefix, parse: readAtItsKey, tell: (changed) => this.#take(network, mirror, changed), log });
    this.#followed.set(network, mirror);
    return mirror;
  }

  #take(network: Id, mirror: Mirror<Published>, changed: readonly string[]): void {
    if (this.#followed.get(network) !== mirror) return;
    const { records, host } = this.#world;
    for (const key of changed) {
      const id = key.slice(key.lastIndexOf('/') + 1);
      const now = mirror.entries.get(key)?.value;
      const here = records.endpoints.find(id);
      if (here && now?.endpoint.host !== host.name && here.state !== 'creating') this.#world.evicted(id);
      this.#show(id, now?.endpoint.host === host.name ? undefined : now);
      this.#dirty.add(id);
    }
    this.#wake();
  }

  // Names follow these records.
  #show(id: Id, now: Published | undefined): void {
    const { records, hosts } = this.#world;
    if (now && hosts.alive(now.endpoint.host)) records.peers.put({ ...now, id, name: now.endpoint.name });
    else records.peers.remove(id);
  }

  #wake(): void {
    if (!this.#running || this.#closed || this.#dirty.size === 0 || this.#declaring) return;
    this.#declaring = this.#declare().then(() => {
      this.#declaring = undefined;
      // What changed after the last look at it and before this turn woke nobody.
      this.#wake();
    });
  }

  async #declare(): Promise<void> {
    // What is seen in one turn is one change.
    await Promise.resolve();
    const before = new Set(this.#refused.keys());
    while (this.#dirty.size > 0 && !this.#closed) {
      const ids = [...this.#dirty];
      this.#dirty.clear();
      await this.#declareThese(ids);
    }
    this.#tryAgain(before);
  }

  // One that the kernel refuses must not keep the others from it.
  async #declareThese(ids: readonly Id[]): Promise<void> {
    try {
      await this.#world.declare(new Map(ids.map((id) => this.#claim(id))));
      for (const id of ids) this.#refused.delete(id);
    } catch (error) {
      const [first] = ids;
      if (first === undefined || ids.length > 1) for (const some of halves(ids)) await this.#declareThese(some);
      else this.#refused.set(first, asFailure(error));
    }
  }

  // One may be refused as another is made: it is told of for who is new among them.
  #tryAgain(before: ReadonlySet<Id>): void {
    const { size } = this.#refused;
    if (size === 0) this.#pause = AGAIN;
    const fresh = [...this.#refused].find(([id]) => !before.has(id));
    if (fresh) {
      const [[id, { message }], { records, log }] = [fresh, this.#world];
      log.error('what leads to other hosts could not be made; it is tried again', { endpoints: size, first: records.peers.find(id)?.name, error: message });
    }
    if (size === 0 || this.#retry || this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#pause = Math.min(2 * this.#pause, LONGEST);
      for (const each of this.#refused.keys()) this.#dirty.add(each);
      this.#wake();
    }, this.#pause).unref();
  }

  #claim(id: Id): Claim {
    const { records, hosts } = this.#world;
    const published = records.peers.find(id);
    const host = published && hosts.alive(published.endpoint.host);
    const owner = `peer/${id}` as const;
    if (!published || !host || published.endpoint.state !== 'active' || !records.networks.find(published.endpoint.network)?.facts) {
      this.#claimed.delete(id);
      return [owner, []];
    }
    const peer = { endpoint: published.endpoint, host };
    this.#claimed.set(id, peer);
    return [owner, this.#world.describe(peer)];
  }
}

// What says to be another than its key does would be put down under the one, and looked for under the other.
function readAtItsKey(value: Json, key: string): Published | undefined {
  const known = readPublished(value);
  return known && keys.endpoint(known.endpoint.network, known.endpoint.id) === key ? known : undefined;
}

const halves = <T>(all: readonly T[]): readonly (readonly T[])[] => {
  const middle = Math.ceil(all.length / 2);
  return [all.slice(0, middle), all.slice(middle)];
};
