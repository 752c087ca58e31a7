import { asFailure, type FairleadError, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import type { FairleadEvent } from '../../model/fairlead.js';
import type { Network } from '../../model/records.js';
import type { Condition, Store, Write } from '../../store/store.js';
import type { Records } from '../records.js';
import { keys } from './keys.js';
import { Mirror } from './mirror.js';
import { readNetwork, type SharedNetwork } from './parse.js';

interface World {
  readonly store: Store;
  /** The same, for changes. */
  readonly counted: Store;
  readonly host: string;
  readonly records: Records;
  readonly log: Log;
  /** One came, went, or was changed, by whichever host. */
  readonly tell: (network: Network, change: FairleadEvent['change']) => void;
  /** What this host cannot make of a network: another may be of a newer version. */
  readonly flawOf: (network: SharedNetwork) => FairleadError | undefined;
}

/**
 * The networks of global scope: in the records of this host as they are in the shared store. Whatever a host does to one is one commit there
 * first.
 *
 *     active ──► removing ──► (gone)
 *        ▲          │ an endpoint is on it, or its remover went
 *        └──────────┘
 */
export class SharedNetworks {
  readonly #world: World;
  readonly #mirror: Mirror<SharedNetwork>;
  /** Those that this process is removing. */
  readonly #removing = new Set<Id>();
  /** Those of which this host cannot make what they are now: where it knows one from before, that one goes on as it was. */
  readonly #strange = new Map<Id, FairleadError>();

  constructor(world: World) {
    this.#world = world;
    const { store, log } = world;
    this.#mirror = new Mirror({
      store,
      prefix: keys.networks,
      parse: (value, key) => this.#readNetwork(value, key),
      tell: (changed) => this.#follow(changed),
      log,
    });
  }

  begin(): Promise<void> {
    return this.#mirror.begin();
  }

  /** Reads what others have made and removed by now. */
  look(): Promise<void> {
    return this.#mirror.look();
  }

  close(): Promise<void> {
    return this.#mirror.close();
  }

  list(): readonly SharedNetwork[] {
    return [...this.#mirror.entries.values()].map(({ value }) => value);
  }

  /** Those of which this host cannot make what others made of them, and why. */
  strange(): readonly (readonly [SharedNetwork, FairleadError])[] {
    return this.list().flatMap((network) => {
      const flaw = this.#strange.get(network.id);
      return flaw ? [[network, flaw] as const] : [];
    });
  }

  /** That the network is as it was seen last. Throws `network-absent`, `object-busy`. */
  unchanged(id: Id): Condition {
    const entry = this.#mirror.entries.get(keys.network(id));
    if (!entry) throw failure('network-absent', { ref: id });
    if (entry.value.state !== 'active') throw failure('object-busy', { kind: 'network', name: entry.value.name, what: 'removed' });
    return { key: keys.network(id), revision: entry.revision };
  }

  /** Makes a network: its name is free, and so is all that it claims. `false` where it is not so any more. Throws `name-taken`. */
  async create(network: Network, claims: readonly string[], conditions: readonly Condition[], writes: readonly Write[]): Promise<boolean> {
    const { id, name } = network;
    const made = await this.#world.counted.commit(
      [
        { key: keys.network(id), revision: 'absent' },
        { key: keys.networkName(name), revision: 'absent' },
        ...claims.map((each): Condition => ({ key: keys.claim(each), revision: 'absent' })),
        ...conditions,
      ],
      [
        { key: keys.network(id), value: stored(network) },
        { key: keys.networkName(name), value: id },
        ...claims.map((each) => ({ key: keys.claim(each), value: id })),
        ...writes,
      ],
    );
    await this.look();
    if (made === false && this.list().some((each) => each.name === name || each.id === id)) throw failure('name-taken', { kind: 'network', name });
    return made !== false;
  }

  /** Writes a network that was changed. Throws `object-busy` where somebody else did meanwhile, and what this host cannot make of it: it would be lost. */
  async write(network: Network): Promise<void> {
    const { id, name } = network;
    const flaw = this.#strange.get(id);
    if (flaw) throw flaw;
    const done = await this.#world.counted.commit([this.unchanged(id)], [{ key: keys.network(id), value: stored(network) }]);
    await this.look();
    if (done === false) throw failure('object-busy', { kind: 'network', name, what: 'changed by another host' });
  }

  /**
   * Removes a network on which there is no endpoint, on no host. While it is being removed none comes. Throws what `inUse` makes of the
   * keys of those that there are.
   */
  async remove(network: Network, inUse: (endpoints: readonly Json[]) => Error): Promise<void> {
    const { counted: store, host } = this.#world;
    const { id, name } = network;
    const removing = await store.commit(
      [this.unchanged(id)],
      [{ key: keys.network(id), value: { ...(stored(network) as object), state: 'removing', remover: host } }],
    );
    if (removing === false) {
      await this.look();
      throw failure('object-busy', { kind: 'network', name, what: 'changed by another host' });
    }
    this.#removing.add(id);
    try {
      await this.#removeUnused(network, { key: keys.network(id), revision: removing }, inUse);
    } finally {
      this.#removing.delete(id);
    }
  }

  async #removeUnused(network: Network, mine: Condition, inUse: (endpoints: readonly Json[]) => Error): Promise<void> {
    const { counted: store } = this.#world;
    const { id, name } = network;
    const { entries } = await store.list(keys.endpointsOf(id));
    if (entries.size > 0) {
      await store.commit([mine], [{ key: keys.network(id), value: stored(network) }]);
      await this.look();
      throw inUse([...entries.values()].map(({ value }) => value));
    }
    const addresses = [...(await store.list(keys.addressesOf(id))).entries.keys()];
    const claims = [...(await store.list(keys.claims)).entries].flatMap(([key, { value }]) => (value === id ? [key] : []));
    const gone = [keys.network(id), keys.networkName(name), ...claims, ...addresses];
    await store.commit(
      [mine],
      gone.map((key) => ({ key, value: null })),
    );
    await this.look();
  }

  /** Takes back removals that a host began which is not there any more, and those of this host that nobody is at work on. */
  async restore(isAlive: (host: string) => boolean): Promise<void> {
    for (const [key, { value, revision }] of [...this.#mirror.entries]) {
      const { remover, ...network } = value;
      if (network.state !== 'removing' || remover === undefined) continue;
      if (remover === this.#world.host ? this.#removing.has(network.id) : isAlive(remover)) continue;
      await this.#world.counted.commit([{ key, revision }], [{ key, value: { ...network, state: 'active' } as unknown as Json }]);
    }
  }

  // One that says to be another than its key does, or to be one of this host's alone, would take the place of that in the records.
  #readNetwork(value: Json, key: string): SharedNetwork | undefined {
    const known = readNetwork(value);
    return known && keys.network(known.id) === key && this.#world.records.networks.find(known.id)?.scope !== 'local' ? known : undefined;
  }

  #follow(changed: readonly string[]): void {
    const { records, tell } = this.#world;
    for (const key of changed) {
      const id = key.slice(keys.networks.length);
      const now = this.#mirror.entries.get(key)?.value;
      const before = records.networks.find(id);
      if (!now) {
        this.#strange.delete(id);
        // What is on it goes first; whoever lets go of the last one looks again.
        if (before && records.endpointsOf(id).length === 0) this.#forget(before);
        continue;
      }
      if (this.#isStrange(now) && before) continue;
      const { remover: _, ...network } = now;
      this.#stored(records.recall({ ...network, facts: before?.facts ?? null }));
      // Whoever makes it has reserved its name.
      if (!before || before.state === 'creating') tell({ ...network, facts: null }, 'created');
      else if (before.state === network.state) tell({ ...network, facts: before.facts }, 'changed');
    }
  }

  #isStrange(network: SharedNetwork): boolean {
    const flaw = this.#world.flawOf(network);
    this.#strange.delete(network.id);
    if (!flaw) return false;
    this.#strange.set(network.id, flaw);
    this.#world.log.error('a network of the cluster is not understood by this host', { network: network.name, error: flaw.message });
    return true;
  }

  /** Forgets those that are no longer, once nothing of this host is on them. Before the store was read nobody knows of any. */
  sweep(): void {
    if (!this.#mirror.read) return;
    for (const network of this.#world.records.networks.list())
      if (network.scope === 'global' && !this.#mirror.entries.has(keys.network(network.id)) && this.#world.records.endpointsOf(network.id).length === 0)
        this.#forget(network);
  }

  #stored(writing: Promise<void>): void {
    writing.catch((error: unknown) => this.#world.log.error('writing a shared network down', { error: asFailure(error).message }));
  }

  #forget(network: Network): void {
    this.#stored(this.#world.records.forget(network.id));
    this.#world.tell(network, 'removed');
  }
}

const stored = ({ facts: _, ...network }: Network): Json => network as unknown as Json;
