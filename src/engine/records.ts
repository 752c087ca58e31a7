import { failure } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Facts, Json } from '../base/json.js';
import type { Endpoint, Network, Sandbox } from '../model/records.js';
import type { Store, Write } from '../store/store.js';
import { Shelf } from './shelf.js';

/**
 * All records, in memory, and the one way in which they change. Networks are definitions and live in D; what this boot
 * made of them (their facts), sandboxes and endpoints live in R. Reading is synchronous: what an operation reserves here is
 * seen by the next one before anything is awaited.
 */
export class Records {
  readonly networks = new Shelf<Network>('network-absent');
  readonly sandboxes = new Shelf<Sandbox>('sandbox-absent');
  readonly endpoints = new Shelf<Endpoint>('endpoint-absent');
  readonly #byNetwork = new Map<Id, Set<Id>>();
  readonly #bySandbox = new Map<Id, Set<Id>>();
  readonly #definitions: Store;
  readonly #boot: Store;
  #pending: Write[] = [];
  #committing: Promise<void> | undefined;

  constructor(definitions: Store, boot: Store) {
    this.#definitions = definitions;
    this.#boot = boot;
  }

  /** Reads both stores. */
  async load(): Promise<void> {
    const facts = (await this.#boot.list('facts/')).entries;
    for (const [key, { value }] of (await this.#definitions.list('networks/')).entries) {
      const network = record<Network>(key, value);
      this.networks.put({ ...network, facts: (facts.get(`facts/${network.id}`)?.value ?? null) as Facts | null });
    }
    for (const [key, { value }] of (await this.#boot.list('sandboxes/')).entries) this.sandboxes.put(record<Sandbox>(key, value));
    for (const [key, { value }] of (await this.#boot.list('endpoints/')).entries) this.reserve(record<Endpoint>(key, value));
  }

  /** The endpoints of a network. */
  endpointsOf(network: Id): readonly Endpoint[] {
    return this.#of(this.#byNetwork, network);
  }

  /** The endpoints in a sandbox. */
  endpointsIn(sandbox: Id): readonly Endpoint[] {
    return this.#of(this.#bySandbox, sandbox);
  }

  /** Puts an endpoint into memory alone: its name is taken, nothing is stored. */
  reserve(endpoint: Endpoint): void {
    this.#forget(endpoint.id);
    this.endpoints.put(endpoint);
    enter(this.#byNetwork, endpoint.network, endpoint.id);
    if (endpoint.sandbox) enter(this.#bySandbox, endpoint.sandbox, endpoint.id);
  }

  /** Takes an endpoint out of memory alone. */
  release(id: Id): void {
    this.#forget(id);
    this.endpoints.remove(id);
  }

  /** Stores a definition: durable when it resolves. */
  async define(network: Network): Promise<void> {
    this.networks.put(network);
    const { facts: _, ...definition } = network;
    await this.#definitions.commit([], [{ key: `networks/${network.id}`, value: definition as unknown as Json }]);
  }

  /** Removes a definition, and what this boot made of it. */
  async undefine(id: Id): Promise<void> {
    this.networks.remove(id);
    await this.#write([{ key: `facts/${id}`, value: null }]);
    await this.#definitions.commit([], [{ key: `networks/${id}`, value: null }]);
  }

  /** Stores what was chosen when a network was realized; `null` when it is no longer. */
  async realize(id: Id, facts: Facts | null): Promise<Network> {
    const network = { ...this.networks.get(id), facts };
    this.networks.put(network);
    await this.#write([{ key: `facts/${id}`, value: facts }]);
    return network;
  }

  /** Stores sandboxes and endpoints in one commit. */
  async keep(changed: { readonly sandboxes?: readonly Sandbox[]; readonly endpoints?: readonly Endpoint[] }): Promise<void> {
    const writes: Write[] = [];
    for (const sandbox of changed.sandboxes ?? []) {
      this.sandboxes.put(sandbox);
      writes.push({ key: `sandboxes/${sandbox.id}`, value: sandbox as unknown as Json });
    }
    for (const endpoint of changed.endpoints ?? []) {
      this.reserve(endpoint);
      writes.push({ key: `endpoints/${endpoint.id}`, value: endpoint as unknown as Json });
    }
    if (writes.length > 0) await this.#write(writes);
  }

  /** Removes sandboxes and endpoints in one commit. */
  async drop(gone: { readonly sandboxes?: readonly Id[]; readonly endpoints?: readonly Id[] }): Promise<void> {
    const writes: Write[] = [];
    for (const id of gone.endpoints ?? []) {
      this.release(id);
      writes.push({ key: `endpoints/${id}`, value: null });
    }
    for (const id of gone.sandboxes ?? []) {
      this.sandboxes.remove(id);
      writes.push({ key: `sandboxes/${id}`, value: null });
    }
    if (writes.length > 0) await this.#write(writes);
  }

  // What is written in one turn is one commit: a thousand removals at once are not a thousand transactions.
  #write(writes: readonly Write[]): Promise<void> {
    this.#pending.push(...writes);
    this.#committing ??= Promise.resolve().then(async () => {
      const batch = this.#pending;
      this.#pending = [];
      this.#committing = undefined;
      await this.#boot.commit([], batch);
    });
    return this.#committing;
  }

  #of(index: ReadonlyMap<Id, ReadonlySet<Id>>, id: Id): readonly Endpoint[] {
    return [...(index.get(id) ?? [])].map((each) => this.endpoints.get(each));
  }

  #forget(id: Id): void {
    const old = this.endpoints.find(id);
    if (!old) return;
    leave(this.#byNetwork, old.network, id);
    if (old.sandbox) leave(this.#bySandbox, old.sandbox, id);
  }
}

function enter(index: Map<Id, Set<Id>>, under: Id, id: Id): void {
  const ids = index.get(under);
  if (ids) ids.add(id);
  else index.set(under, new Set([id]));
}

function leave(index: Map<Id, Set<Id>>, under: Id, id: Id): void {
  const ids = index.get(under);
  ids?.delete(id);
  if (ids?.size === 0) index.delete(under);
}

// What we stored ourselves is trusted in its details, but not that the file still holds it.
function record<T extends { readonly id: string; readonly name: string }>(key: string, value: Json): T {
  const ok = typeof value === 'object' && value !== null && 'id' in value && 'name' in value && key.endsWith(String(value['id']));
  if (!ok) throw failure('state-invalid', { key, path: 'the store', reason: 'it is no record of this kind' });
  return value as unknown as T;
}
