import { FairleadError, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Counts } from '../../names/counts.js';
import type { ResolverSockets } from '../../kernel/kernel.js';
import type { Names } from '../../names/names.js';
import type { NamedEndpoint, NamesChange, ResolvingSandbox } from '../../names/types.js';
import type { Context } from '../context.js';
import { describeAnswering, describeNamed, describeResolving } from '../describe-names.js';
import { equal } from '../../resource/same.js';
import { rest } from '../../base/rest.js';
import { withoutDescriptor } from '../../base/without-descriptor.js';
import { type OpenNames, ResolverKeeper } from './resolver-keeper.js';
import { ResolverPorts } from './resolver-ports.js';
import type { Touched } from '../records.js';

const NOTHING: NamesChange = { endpoints: new Map(), sandboxes: new Map() };
/** Milliseconds until a resolver that could not be started is tried again. */
const RETRY = 1000;

type World = Pick<Context, 'records' | 'ledger' | 'log' | 'upstreams' | 'clock' | 'drivers' | 'kernel'>;

/**
 * Keeps the resolver as the records are. What is put into the records is gathered until the turn's end, described anew, and
 * told if it differs from what was told last; an operation waits for that before it announces.
 *
 *     records touched ──► gathered ──► described ──► differs ──► told ──► settled
 *                             ▲   ▲                                │ a program has the port
 *                             │   └──── another port, recorded ◄───┘
 *     resolver ended ──► another one, to which all of it is told
 */
export class NamesFollower implements AsyncDisposable {
  readonly #world: World;
  readonly #keeper: ResolverKeeper;
  readonly #ending = new AbortController();
  /** To whom all of it was told. */
  #listener: Names;
  readonly #touched = { endpoints: new Set<Id>(), sandboxes: new Set<Id>() };
  readonly #told = { endpoints: new Map<Id, NamedEndpoint>(), sandboxes: new Map<Id, ResolvingSandbox>() };
  /** Where the sockets of those are that are served. */
  readonly #served = new Map<Id, string>();
  /** Sandboxes that were told and whose namespace is another now: the resolver is to let go of the old one first. */
  readonly #lost = new Set<Id>();
  /** Sandboxes, and networks, that cannot be listened for, and why. */
  readonly #failed = new Map<Id, FairleadError>();
  readonly #ports: ResolverPorts;
  #running: Promise<void> | undefined;
  #closing: Promise<void> | undefined;
  #later: Promise<void> | undefined;

  /** `open` starts another resolver, when this one has ended by itself. */
  constructor(world: World, names: Names, open: OpenNames) {
    this.#world = world;
    this.#ports = new ResolverPorts(world);
    this.#listener = names;
    this.#keeper = new ResolverKeeper(names, open, world, () => this.#wake());
  }

  /** From now on answers follow the records; resolves when they do. A sandbox that cannot be answered is logged. */
  async begin(): Promise<void> {
    this.#world.records.follow((touched) => this.#touch(touched));
    for (const { id } of this.#world.records.peers.list()) this.#touch({ endpoint: id });
    await this.refresh();
    this.#report(this.#failed.keys());
  }

  /**
   * Resolves when answers follow all that was recorded before the call. Throws what keeps this sandbox from being answered:
   * `resolver-absent` where there is no resolver, else what is wrong in it. For one that is served already nobody is waited for.
   */
  async settled(sandbox: Id): Promise<void> {
    if (this.#tellNow(sandbox)) return;
    await this.withdrawn();
    const error = this.#failed.get(sandbox) ?? this.#keeper.trouble;
    if (error && describeResolving(this.#world, this.#world.records.sandboxes.find(sandbox)) !== null) throw error;
  }

  /** Resolves when nothing is answered any more that went from the records before the call. The sockets of what has gone are about to be closed. */
  async withdrawn(): Promise<void> {
    await this.#running;
  }

  /** Resolves when they are closed, too. */
  async closed(): Promise<void> {
    await this.#running;
    // Of all who ask in this turn what has gone was told before it ends, and requests have their turn in order.
    this.#closing ??= Promise.resolve().then(() => {
      this.#closing = undefined;
      return this.#pass();
    });
    await this.#closing;
  }

  // A resolver that has ended has closed all.
  async #pass(): Promise<void> {
    if (!this.#keeper.trouble) await this.#listener.update(NOTHING).catch(() => {});
  }

  /** What keeps names from being answered: everywhere, and in single sandboxes. */
  async troubles(): Promise<{ readonly resolver: FairleadError | undefined; readonly sandboxes: ReadonlyMap<Id, FairleadError> }> {
    await this.#running;
    return { resolver: this.#keeper.trouble, sandboxes: new Map(this.#failed) };
  }

  /** Describes all sandboxes anew: at the start, and when the host's name servers have changed. */
  async refresh(): Promise<void> {
    const { sandboxes, networks } = this.#world.records;
    await this.renew([...sandboxes.list(), ...networks.list()].map(({ id }) => id));
  }

  /** Tries again where names could not be answered. */
  retry(): void {
    for (const id of this.#failed.keys()) this.#touch({ sandbox: id });
  }

  /** Describes these sandboxes anew: what they may ask has changed with something else than their own records. */
  async renew(sandboxes: Iterable<Id>): Promise<void> {
    for (const sandbox of sandboxes) this.#touch({ sandbox });
    await this.#running;
  }

  /** These sandboxes have new namespaces under their old names: their sockets are opened anew. One that cannot be answered is logged. */
  async reopen(sandboxes: Iterable<Id>): Promise<void> {
    for (const id of sandboxes) {
      if (this.#told.sandboxes.has(id)) this.#lost.add(id);
      if (this.#lost.has(id) || this.#failed.has(id)) this.#touch({ sandbox: id });
    }
    await this.#running;
    this.#report(sandboxes);
  }

  /** What the resolver has done, and is doing. Throws `resolver-closed`, `resolver-absent`. */
  async stats(): Promise<Readonly<Counts>> {
    await this.#running;
    if (this.#keeper.trouble) throw this.#keeper.trouble;
    return this.#listener.stats();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ending.abort();
    await this.#running;
    await this.#keeper[Symbol.asyncDispose]();
  }

  #report(sandboxes: Iterable<Id>): void {
    for (const id of sandboxes) {
      const error = this.#failed.get(id);
      if (error) this.#world.log.error('names cannot be answered', { where: this.#nameOf(id), error: error.message });
    }
  }

  #touch({ endpoint, sandbox }: Touched): void {
    if (endpoint !== undefined && this.#matters(endpoint)) this.#touched.endpoints.add(endpoint);
    if (sandbox !== undefined && this.#world.records.sandboxes.find(sandbox)?.state !== 'creating') this.#touched.sandboxes.add(sandbox);
    if (this.#pending) this.#wake();
  }

  /** Tells all of a sandbox past what waits, where its sockets stay as they are; false where they do not. */
  #tellNow(sandbox: Id): boolean {
    if (!this.#served.has(sandbox) || this.#keeper.trouble !== undefined || this.#lost.size > 0) return false;
    const endpoints = this.#world.records.endpointsIn(sandbox).map(({ id }) => id);
    if (!this.#touched.sandboxes.has(sandbox) && !endpoints.some((id) => this.#touched.endpoints.has(id))) return true;
    if (!this.#stays(sandbox, describeResolving(this.#world, this.#world.records.sandboxes.find(sandbox)))) return false;
    for (const id of endpoints) this.#touched.endpoints.delete(id);
    this.#touched.sandboxes.delete(sandbox);
    const change = this.#changeOf(endpoints, [sandbox]);
    if (change.endpoints.size + change.sandboxes.size > 0) this.#listener.tell(change);
    return true;
  }

  /** Whether a sandbox that is served is so at the same place as it is described now. */
  #stays(id: Id, sandbox: ResolvingSandbox | null): boolean {
    const place = placeOf(sandbox);
    return place !== undefined && this.#served.get(id) === place;
  }

  // Nobody is told of what is on its way, and it is touched at each step.
  #matters(endpoint: Id): boolean {
    const { endpoints, peers } = this.#world.records;
    return this.#told.endpoints.has(endpoint) || peers.find(endpoint) !== undefined || endpoints.find(endpoint)?.state === 'active';
  }

  #wake(): void {
    this.#running ??= this.#follow();
  }

  get #pending(): boolean {
    return this.#keeper.trouble !== undefined || this.#touched.endpoints.size + this.#touched.sandboxes.size > 0;
  }

  async #follow(): Promise<void> {
    // What is recorded in one turn is one change.
    await Promise.resolve();
    try {
      for (let again = false; this.#pending; again = await this.#tellOnce(again));
    } catch (error) {
      if (this.#keeper.trouble) this.#wakeLater();
      else this.#world.log.error('names cannot be answered', { error });
    } finally {
      this.#running = undefined;
    }
  }

  // A resolver that ends at what it was told may have ended by chance: the next one is told, and no third. True where that is to be done.
  async #tellOnce(again: boolean): Promise<boolean> {
    const names = await this.#keeper.names();
    if (names !== this.#listener) this.#begin(names);
    try {
      await this.#tell(names, this.#gather());
      return false;
    } catch (error) {
      if (again || !FairleadError.is(error) || error.code !== 'resolver-closed') throw error;
      await names.ended;
      return true;
    }
  }

  /** All of it is to be told to this one, which knows nothing. */
  #begin(names: Names): void {
    this.#listener = names;
    const { records } = this.#world;
    for (const told of [this.#told.endpoints, this.#told.sandboxes, this.#served, this.#lost]) told.clear();
    for (const { id } of [...records.endpoints.list(), ...records.peers.list()]) this.#touched.endpoints.add(id);
    for (const { id } of records.sandboxes.list()) this.#touched.sandboxes.add(id);
    for (const { id } of records.networks.list()) this.#touched.sandboxes.add(id);
    for (const { sandbox } of records.slots.list()) this.#touched.sandboxes.add(sandbox.id);
  }

  #wakeLater(): void {
    if (this.#later || this.#ending.signal.aborted) return;
    this.#later = rest(RETRY, this.#ending.signal).then(() => {
      this.#later = undefined;
      if (!this.#ending.signal.aborted) this.#wake();
    });
  }

  /** What differs from what was told, and from now on counts as told. */
  #gather(): NamesChange {
    if (this.#lost.size > 0) return this.#lose();
    const [endpoints, sandboxes] = [[...this.#touched.endpoints], [...this.#touched.sandboxes]];
    this.#touched.endpoints.clear();
    this.#touched.sandboxes.clear();
    return this.#changeOf(endpoints, sandboxes);
  }

  #changeOf(endpoints: readonly Id[], touched: readonly Id[]): NamesChange {
    const { records } = this.#world;
    const before = endpoints.flatMap((id) => this.#told.endpoints.get(id)?.sandbox ?? []);
    const after = endpoints.flatMap((id) => records.endpoints.find(id)?.sandbox ?? []);
    // A network that answers does so while somebody of this host is on it.
    const networks = endpoints.flatMap((id) => (records.endpoints.find(id) ?? this.#told.endpoints.get(id))?.network ?? []);
    const sandboxes = new Set([...touched, ...before, ...after, ...networks]);
    const named = new Set([...endpoints, ...[...sandboxes].flatMap((id) => records.endpointsIn(id).map((each) => each.id))]);
    return {
      endpoints: differing(this.#told.endpoints, named, (id) => describeNamed(this.#world, id)),
      sandboxes: differing(this.#told.sandboxes, sandboxes, (id) => this.#resolving(id)),
    };
  }

  #resolving(id: Id): ResolvingSandbox | null {
    const { records } = this.#world;
    const sandbox =
      describeResolving(this.#world, records.sandboxes.find(id)) ??
      describeResolving(this.#world, records.slots.sandbox(id)) ??
      describeAnswering(this.#world, id);
    // Whether it could be answered does not matter any more.
    if (sandbox === null) {
      this.#failed.delete(id);
      this.#ports.forget(id);
    }
    return sandbox;
  }

  // They are touched still, so that they are told again in the next round.
  #lose(): NamesChange {
    const sandboxes = new Map([...this.#lost].map((id) => [id, null]));
    this.#lost.clear();
    for (const id of sandboxes.keys()) this.#told.sandboxes.delete(id);
    return { endpoints: new Map(), sandboxes };
  }

  async #tell(names: Names, change: NamesChange): Promise<void> {
    if (change.endpoints.size + change.sandboxes.size === 0) return;
    const moving = [...change.sandboxes].filter(([id, sandbox]) => !this.#stays(id, sandbox));
    const sockets = this.#takeSockets(moving);
    const told: NamesChange = sockets.size > 0 ? { ...change, sockets } : change;
    for (const [id] of moving) {
      this.#failed.delete(id);
      this.#served.delete(id);
    }
    // Nobody is waited for where all that is to be served has its sockets already.
    if (moving.every(([id, sandbox]) => sandbox === null || (sockets.has(id) && placeOf(sandbox) !== undefined))) {
      for (const [id, sandbox] of moving) this.#serve(id, sandbox);
      return names.tell(told);
    }
    const refused = await names.update(told);
    for (const [id, sandbox] of moving) if (!refused.has(id)) this.#serve(id, sandbox);
    for (const [id, error] of refused) await this.#refused(id, error);
  }

  #serve(id: Id, sandbox: ResolvingSandbox | null): void {
    const place = placeOf(sandbox);
    if (place !== undefined) this.#served.set(id, place);
  }

  async #refused(id: Id, error: FairleadError): Promise<void> {
    this.#told.sandboxes.delete(id);
    const left = error.code === 'resolver-port-taken' ? await this.#ports.move(id, error) : error;
    if (left) this.#failed.set(id, named(left, this.#nameOf(id) ?? id));
  }

  /** Those of the sandboxes that are served from now on, where they are open. */
  #takeSockets(sandboxes: Iterable<readonly [Id, ResolvingSandbox | null]>): ReadonlyMap<Id, ResolverSockets> {
    const { records, kernel } = this.#world;
    const open = new Map<Id, ResolverSockets>();
    for (const [id, sandbox] of sandboxes) {
      const stack = sandbox && (records.sandboxes.find(id) ?? records.slots.sandbox(id))?.stack;
      const sockets = stack ? kernel.resolverSockets(stack) : undefined;
      if (sockets) open.set(id, sockets);
    }
    return open;
  }

  #nameOf(id: Id): string | undefined {
    const { sandboxes, networks } = this.#world.records;
    return (sandboxes.find(id) ?? networks.find(id))?.name;
  }
}

// The resolver knows sandboxes by their ids.
function named(error: FairleadError, sandbox: string): FairleadError {
  const { port = 0, errno = '' } = error.values;
  if (error.code === 'descriptors-exhausted') return withoutDescriptor(`for the names of sandbox ${sandbox}`, error);
  if (error.code === 'resolver-port-taken') return failure('resolver-port-taken', { sandbox, port }, { cause: error });
  return error.code === 'resolver-refused' ? failure('resolver-refused', { sandbox, port, errno }, { cause: error }) : error;
}

// A machine behind a tap has sockets of its own, which may move with it.
function placeOf(sandbox: ResolvingSandbox | null): string | undefined {
  if (!sandbox || sandbox.guests) return undefined;
  return [sandbox.path, sandbox.port, ...(sandbox.addresses ?? [])].join(' ');
}

function differing<T extends object>(told: Map<Id, T>, ids: Iterable<Id>, describe: (id: Id) => T | null): ReadonlyMap<Id, T | null> {
  const change = new Map<Id, T | null>();
  for (const id of ids) {
    const [was, now] = [told.get(id), describe(id)];
    if (now === null ? was === undefined : equal(was, now)) continue;
    change.set(id, now);
    if (now === null) told.delete(id);
    else told.set(id, now);
  }
  return change;
}
