import { failure } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Facts, Json } from '../base/json.js';
import type { Published } from '../model/cluster.js';
import type { Endpoint, Network, Sandbox } from '../model/records.js';
import type { Entry, Store, Write } from '../store/store.js';
import { EndpointShelf } from './endpoint-shelf.js';
import { GivenMacs } from './given-macs.js';
import { Leaves } from './leaves.js';
import { NetworkShelf } from './network-shelf.js';
import { sharedParts } from './shared-parts.js';
import { Shelf } from './shelf.js';
import { SlotShelf } from './slots/slot-shelf.js';

/** What was put into the records, or taken out. */
export interface Touched {
  readonly endpoint?: Id;
  readonly sandbox?: Id;
}

/** Records that are put as they are. */
interface Changed {
  readonly sandboxes?: readonly Sandbox[];
  readonly endpoints?: readonly Endpoint[];
}

/** Who tells the other hosts of a cluster what this one has on networks of global scope. */
export interface SharedRecords {
  /** Throws where others have what it needs. */
  publish(endpoints: readonly Endpoint[]): Promise<void>;
  withdraw(endpoints: readonly Endpoint[]): Promise<void>;
  define(network: Network): Promise<void>;
}

/** An endpoint of another host, as it published it. */
export interface PeerRecord extends Published {
  readonly id: Id;
  readonly name: string;
}

/**
 * All records, in memory, and the one way in which they change. Networks are definitions and live in D; what this boot
 * made of them (their facts), sandboxes and endpoints live in R. Reading is synchronous: what an operation reserves here is
 * seen by the next one before anything is awaited.
 */
export class Records {
  readonly networks = new NetworkShelf();
  readonly sandboxes = new Shelf<Sandbox>('sandbox-absent');
  readonly endpoints = new EndpointShelf(this.networks);
  /** Of other hosts that are there, on networks in use here: whoever put them here keeps them. */
  readonly peers = new Shelf<PeerRecord>('endpoint-absent');
  readonly slots = new SlotShelf();
  /** Where on their networks endpoints and slots are. */
  readonly leaves = new Leaves();
  readonly givenMacs = new GivenMacs();
  #shared: SharedRecords | undefined;
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

  /** From now on `listener` hears of every sandbox and endpoint that changes, before anything is awaited. */
  follow(listener: (touched: Touched) => void): void {
    this.sandboxes.follow((sandbox) => listener({ sandbox }));
    this.endpoints.follow((endpoint) => listener({ endpoint }));
    this.peers.follow((endpoint) => listener({ endpoint }));
    this.slots.follow({ sandbox: (sandbox) => listener({ sandbox }) });
  }

  /** From now on others hear of endpoints on networks of global scope before it counts here. */
  share(shared: SharedRecords): void {
    this.#shared = shared;
  }

  /** Reads both stores. */
  async load(): Promise<void> {
    const facts = (await this.#boot.list('facts/')).entries;
    const definitions = records<Network>((await this.#definitions.list('networks/')).entries);
    const shared = records<Network>((await this.#boot.list('shared/')).entries);
    for (const network of [...definitions, ...shared])
      this.networks.put({ ...network, facts: (facts.get(`facts/${network.id}`)?.value ?? null) as Facts | null });
    const like = sharedParts();
    for (const sandbox of records<Sandbox>((await this.#boot.list('sandboxes/')).entries, like)) this.sandboxes.put(sandbox);
    for (const endpoint of records<Endpoint>((await this.#boot.list('endpoints/')).entries, like)) this.reserve(endpoint);
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
    const old = this.#leave(endpoint.id);
    this.endpoints.put(endpoint);
    this.givenMacs.put(endpoint, old);
    enter(this.#byNetwork, endpoint.network, endpoint.id);
    if (endpoint.sandbox) enter(this.#bySandbox, endpoint.sandbox, endpoint.id);
    if (endpoint.link) this.leaves.put(endpoint.network, endpoint.id, endpoint.link.leaf ?? 0);
    else this.leaves.free(endpoint.id);
  }

  /** Takes an endpoint out of memory alone. */
  release(id: Id): void {
    const old = this.#leave(id);
    if (old) this.givenMacs.forget(old);
    this.leaves.free(id);
    this.endpoints.remove(id);
  }

  /** Stores a definition: durable when it resolves. */
  async define(network: Network): Promise<void> {
    if (network.scope === 'global' && this.#shared) return this.#shared.define(network);
    const back = this.#change({ networks: [network.id] });
    this.networks.put(network);
    const { facts: _, ...definition } = network;
    await orBack(this.#definitions.commit([], [{ key: `networks/${network.id}`, value: definition as unknown as Json }]), back);
  }

  /** A network of global scope as it is in the shared store; it is known after a start also when that is away. */
  async recall(network: Network): Promise<void> {
    const { facts: _, ...definition } = network;
    this.networks.put(network);
    await this.#write([{ key: `shared/${network.id}`, value: definition as unknown as Json }]);
  }

  /** A network of global scope is no longer. */
  async forget(id: Id): Promise<void> {
    this.networks.remove(id);
    await this.#write([
      { key: `shared/${id}`, value: null },
      { key: `facts/${id}`, value: null },
    ]);
  }

  /** Removes a definition, and what this boot made of it. */
  async undefine(id: Id): Promise<void> {
    const back = this.#change({ networks: [id] });
    this.networks.remove(id);
    await orBack(this.#definitions.commit([], [{ key: `networks/${id}`, value: null }]), back);
    await orBack(this.#write([{ key: `facts/${id}`, value: null }]), back);
  }

  /** Stores what was chosen when a network was realized; `null` when it is no longer. */
  async realize(id: Id, facts: Facts | null): Promise<Network> {
    const network = { ...this.networks.get(id), facts };
    const back = this.#change({ networks: [id] });
    this.networks.put(network);
    await orBack(this.#write([{ key: `facts/${id}`, value: facts }]), back);
    return network;
  }

  /** Stores sandboxes and endpoints in one commit. */
  async keep(changed: Changed): Promise<void> {
    const back = this.#changeOf(changed);
    const writes = this.#take(changed).map(([key, value]) => ({ key, value: value as unknown as Json }));
    const shared = this.#sharedOf(changed);
    if (writes.length > 0) await orBack(shared.length > 0 ? this.#publish(shared, writes) : this.#write(writes), back);
  }

  /**
   * The same for what is on its way out: it stays in memory, and is stored no more. What a crash leaves of it is wanted by nobody at the next start, and
   * goes; nobody else is to be told of that then.
   */
  async renounce(changed: Changed): Promise<void> {
    const back = this.#changeOf(changed);
    await orBack(this.#write(this.#take(changed).map(([key]) => ({ key, value: null }))), back);
  }

  /** Removes sandboxes and endpoints in one commit. */
  async drop(gone: { readonly sandboxes?: readonly Id[]; readonly endpoints?: readonly Id[] }): Promise<void> {
    const back = this.#change(gone);
    const shared = this.#sharedOf({ endpoints: (gone.endpoints ?? []).flatMap((id) => this.endpoints.find(id) ?? []) });
    const writes: Write[] = [];
    for (const id of gone.endpoints ?? []) {
      this.release(id);
      writes.push({ key: `endpoints/${id}`, value: null });
    }
    for (const id of gone.sandboxes ?? []) {
      this.sandboxes.remove(id);
      writes.push({ key: `sandboxes/${id}`, value: null });
    }
    if (writes.length > 0) await orBack(this.#write(writes), back);
    if (shared.length > 0) await this.#shared?.withdraw(shared);
  }

  // Into memory alone. Answers where each of them is stored.
  #take({ sandboxes = [], endpoints = [] }: Changed): readonly (readonly [key: string, value: Sandbox | Endpoint])[] {
    for (const sandbox of sandboxes) this.sandboxes.put(sandbox);
    for (const endpoint of endpoints) this.reserve(endpoint);
    return [...sandboxes.map((each) => [`sandboxes/${each.id}`, each] as const), ...endpoints.map((each) => [`endpoints/${each.id}`, each] as const)];
  }

  // Of these, and of what is in these sandboxes, the endpoints on networks of global scope.
  #sharedOf({ sandboxes = [], endpoints = [] }: Changed): readonly Endpoint[] {
    if (!this.#shared) return [];
    const ids = new Set([...endpoints.map(({ id }) => id), ...sandboxes.flatMap(({ id }) => this.endpointsIn(id).map((each) => each.id))]);
    const known = new Map(endpoints.map((each) => [each.id, each]));
    return [...ids].flatMap((id) => {
      const endpoint = this.endpoints.find(id) ?? known.get(id);
      return endpoint && this.networks.find(endpoint.network)?.scope === 'global' ? [endpoint] : [];
    });
  }

  // Others refuse what they have already, so they are asked first.
  async #publish(shared: readonly Endpoint[], writes: readonly Write[]): Promise<void> {
    await this.#shared?.publish(shared);
    await this.#write(writes);
  }

  #changeOf({ sandboxes, endpoints }: Changed): () => void {
    return this.#change({ sandboxes: sandboxes?.map(({ id }) => id), endpoints: endpoints?.map(({ id }) => id) });
  }

  // How these records are now: what could not be stored is not to stay in memory.
  #change(ids: {
    readonly networks?: readonly Id[];
    readonly sandboxes?: readonly Id[] | undefined;
    readonly endpoints?: readonly Id[] | undefined;
  }): () => void {
    const networks = (ids.networks ?? []).map((id) => [id, this.networks.find(id)] as const);
    const sandboxes = (ids.sandboxes ?? []).map((id) => [id, this.sandboxes.find(id)] as const);
    const endpoints = (ids.endpoints ?? []).map((id) => [id, this.endpoints.find(id)] as const);
    return () => {
      for (const [id, old] of networks)
        if (old) this.networks.put(old);
        else this.networks.remove(id);
      for (const [id, old] of sandboxes)
        if (old) this.sandboxes.put(old);
        else this.sandboxes.remove(id);
      for (const [id, old] of endpoints)
        if (old) this.reserve(old);
        else this.release(id);
    };
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

  // Takes an endpoint out of the indexes, and answers how it was.
  #leave(id: Id): Endpoint | undefined {
    const old = this.endpoints.find(id);
    if (!old) return undefined;
    leave(this.#byNetwork, old.network, id);
    if (old.sandbox) leave(this.#bySandbox, old.sandbox, id);
    return old;
  }
}

async function orBack(stored: Promise<unknown>, back: () => void): Promise<void> {
  try {
    await stored;
  } catch (error) {
    back();
    throw error;
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

/** Stored records, oldest first, as they were made. */
const records = <T extends Dated>(entries: ReadonlyMap<string, Entry>, like = (value: Json) => value): readonly T[] =>
  [...entries].map(([key, { value }]) => record<T>(key, like(value))).sort((a, b) => a.created - b.created);

interface Dated {
  readonly id: string;
  readonly name: string;
  readonly created: number;
}

// What we stored ourselves is trusted in its details, but not that the file still holds it.
function record<T extends Dated>(key: string, value: Json): T {
  const ok = typeof value === 'object' && value !== null && 'id' in value && 'name' in value && key.endsWith(String(value['id']));
  if (!ok) throw failure('state-invalid', { key, path: 'the store', reason: 'it is no record of this kind' });
  return value as unknown as T;
}
