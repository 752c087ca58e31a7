import { asFailure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import { rest } from '../../base/rest.js';
import type { Claims } from '../../ledger/types.js';
import type { Peer, Published } from '../../model/cluster.js';
import type { Resource } from '../../resource/resource.js';
import type { Claim } from '../describe.js';
import type { Hosts } from './hosts.js';
import { keys } from './keys.js';
import { Mirror } from './mirror.js';
import { readPublished } from './parse.js';
import type { SharedGround } from './shared-ground.js';

/** Milliseconds until what the kernel refused is tried again. */
const AGAIN = 1000;

interface World extends SharedGround {
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
 */
export class Peers {
  readonly #world: World;
  readonly #followed = new Map<Id, Mirror<Published>>();
  readonly #dirty = new Set<Id>();
  readonly #claimed = new Map<Id, Peer>();
  readonly #ending = new AbortController();
  #running: Promise<void> | undefined;

  constructor(world: World) {
    this.#world = world;
  }

  /** From now on the peers of this network are known; resolves when those are that there were at the call. */
  async follow(network: Id): Promise<void> {
    const known = this.#followed.get(network);
    if (known) return;
    const prefix = keys.endpointsOf(network);
    const mirror = new Mirror(this.#world.store, prefix, readPublished, (changed) => this.#take(mirror, changed), this.#world.log);
    this.#followed.set(network, mirror);
    try {
      await mirror.begin();
    } catch (error) {
      this.#followed.delete(network);
      throw error;
    }
  }

  /** The network is not in use here any more. */
  async leave(network: Id): Promise<void> {
    const mirror = this.#followed.get(network);
    this.#followed.delete(network);
    await mirror?.close();
    for (const { endpoint } of [...this.#world.records.peers.list()]) if (endpoint.network === network) this.#world.records.peers.remove(endpoint.id);
    for (const [id, { endpoint }] of this.#claimed) if (endpoint.network === network) this.#dirty.add(id);
    this.#wake();
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

  /** Resolves when all that was seen before the call is declared. */
  async settled(): Promise<void> {
    await this.#running;
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
    this.#ending.abort();
    await Promise.all([...this.#followed.values()].map((mirror) => mirror.close()));
    await this.#running;
  }

  #take(mirror: Mirror<Published>, changed: readonly string[]): void {
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
    if (now && hosts.get(now.endpoint.host).alive) records.peers.put({ ...now, id, name: now.endpoint.name });
    else records.peers.remove(id);
  }

  #wake(): void {
    if (this.#dirty.size > 0) this.#running ??= this.#declare();
  }

  async #declare(): Promise<void> {
    // What is seen in one turn is one change.
    await Promise.resolve();
    while (this.#dirty.size > 0) {
      const ids = [...this.#dirty];
      this.#dirty.clear();
      try {
        await this.#world.declare(new Map(ids.map((id) => this.#claim(id))));
      } catch (error) {
        this.#world.log.error('what leads to other hosts could not be made; it is tried again', { endpoints: ids.length, error: asFailure(error).message });
        for (const id of ids) this.#dirty.add(id);
        await rest(AGAIN, this.#ending.signal);
        if (this.#ending.signal.aborted) break;
      }
    }
    this.#running = undefined;
  }

  #claim(id: Id): Claim {
    const { records, hosts } = this.#world;
    const published = records.peers.find(id);
    const host = published && hosts.get(published.endpoint.host).alive;
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
