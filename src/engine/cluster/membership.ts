import { asFailure, failure } from '../../base/error.js';
import { collect } from '../../base/steps.js';
import type { Json } from '../../base/json.js';
import type { Log } from '../../base/log.js';
import { rest } from '../../base/rest.js';
import type { ClusterHost } from '../../model/cluster.js';
import type { Condition, Lifeline, Past, Store } from '../../store/store.js';
import { isSilent } from './away.js';
import { changed } from './changed.js';
import { keys } from './keys.js';
import { readDeparted, readHost } from './parse.js';

/** Milliseconds until a host that could not join tries again. */
const AGAIN = 1000;
/** How many times its lease it waits at most until this host has gone from where it was before. */
const PATIENCE = 1.5;

/** What a host does when it comes and goes. */
export interface MemberEvents {
  /** Which past of the store holds all that this host has told. */
  readonly known: () => Promise<Past | undefined>;
  /** It is one of them: what it has is told anew. `forgotten`: they took away what it had, or never knew it, or the store has lost some of it. */
  readonly joined: (lease: Lifeline, forgotten: boolean) => Promise<void>;
  /** Its lease ended, or may have: others do not count on it any more. */
  readonly silent: () => Promise<void>;
}

/**
 * That this host is one of the cluster: its name under a lease.
 *
 *     joining ──► alive ──► silent ──► joining …
 *        │          lease ended, or may have
 *        └──► refused: another has this name
 */
export class Membership {
  readonly #store: Store;
  readonly #host: ClusterHost;
  readonly #seconds: number;
  readonly #events: MemberEvents;
  readonly #log: Log;
  readonly #ending = new AbortController();
  #lease: Lifeline | undefined;
  #running: Promise<void> | undefined;

  /** `seconds` is how long others wait for a host that does not answer. */
  constructor(store: Store, host: ClusterHost, seconds: number, events: MemberEvents, log: Log) {
    this.#store = store;
    this.#host = host;
    this.#seconds = seconds;
    this.#events = events;
    this.#log = log;
  }

  /** Whether the others count on this host. */
  get alive(): boolean {
    return this.#lease !== undefined && !this.#lease.lost.aborted;
  }

  get lease(): Lifeline | undefined {
    return this.alive ? this.#lease : undefined;
  }

  /** Joins, once. Throws `host-name-taken`, and what the store says. */
  async join(): Promise<void> {
    const known = await this.#events.known();
    const { id } = await this.#store.recall(known);
    const lease = await this.#store.lease(this.#seconds);
    try {
      const forgotten = (await this.#enter(lease)) || (known !== undefined && known.id !== id);
      this.#lease = lease;
      await this.#events.joined(lease, forgotten);
    } catch (error) {
      this.#lease = undefined;
      await collect([() => lease[Symbol.asyncDispose]() as Promise<void>]);
      throw error;
    }
  }

  /** From now on joins again whenever it is lost. */
  stay(): void {
    this.#running ??= this.#stay();
  }

  /** Leaves: the others see it at once. */
  async close(): Promise<void> {
    this.#ending.abort();
    await this.#running;
    const lease = this.#lease;
    this.#lease = undefined;
    await lease?.[Symbol.asyncDispose]();
  }

  async #stay(): Promise<void> {
    const { signal } = this.#ending;
    let said = '';
    while (!signal.aborted) {
      if (this.#lease) {
        await lost(this.#lease.lost, signal);
        if (signal.aborted) return;
        this.#lease = undefined;
        this.#log.error('this host does not reach the shared store; others count it as gone', { host: this.#host.name });
        await this.#events.silent().catch((error: unknown) => this.#log.error('giving endpoints up', { error: asFailure(error).message }));
      }
      try {
        await this.join();
        this.#log.info('this host is one of its cluster again', { host: this.#host.name });
        said = '';
      } catch (error) {
        const { message } = asFailure(error);
        // Said once: that the store is away has been.
        if (message !== said && !isSilent(error)) this.#log.error('this host cannot join its cluster', { host: this.#host.name, error: message });
        said = message;
        await rest(AGAIN, signal);
      }
    }
  }

  // A name is its instance's until it is forgotten; the same instance takes its own place again. One that is there at another address is this
  // host itself as it was, whose lease ends; or a machine that was copied with its state, whose lease does not. Answers whether all that it had
  // was taken away.
  async #enter(lease: Lifeline): Promise<boolean> {
    const { name } = this.#host;
    const value = this.#host as unknown as Json;
    const patience = AbortSignal.any([this.#ending.signal, AbortSignal.timeout(Math.ceil(this.#seconds * PATIENCE * 1000))]);
    for (;;) {
      const { entries, revision } = await this.#store.list(`${keys.hosts}${name}/`);
      const [known, alive, departed] = [entries.get(keys.known(name)), entries.get(keys.alive(name)), entries.get(keys.departed(name))];
      const holder = known && readHost(known.value);
      const other = holder && holder.instance !== this.#host.instance;
      const there = alive && readHost(alive.value);
      const elsewhere = there !== undefined && there.address !== this.#host.address;
      if (elsewhere && !other && !patience.aborted) {
        await changed(this.#store, [keys.alive(name)], revision, patience);
        continue;
      }
      if (this.#ending.signal.aborted) throw failure('store-unreachable', { etcd: 'the shared store', reason: 'this host leaves its cluster' });
      if (holder && (other || elsewhere))
        throw failure('host-name-taken', {
          host: name,
          instance: holder.instance,
          address: (there ?? holder).address,
          now: alive ? 'it is there' : 'it is away',
        });
      const conditions: Condition[] = [
        { key: keys.known(name), revision: known?.revision ?? 'absent' },
        { key: keys.alive(name), revision: alive?.revision ?? 'absent' },
        { key: keys.departed(name), revision: departed?.revision ?? 'absent' },
      ];
      const writes = [
        { key: keys.known(name), value },
        { key: keys.alive(name), value, lease },
        { key: keys.departed(name), value: null },
      ];
      if (lease.lost.aborted) throw failure('store-unreachable', { etcd: 'the shared store', reason: 'the lease of this host ended while it joined' });
      if ((await this.#store.commit(conditions, writes)) !== false) return !known || (departed && readDeparted(departed.value)?.forgotten) === true;
    }
  }
}

const lost = (lease: AbortSignal, ending: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const done = () => {
      lease.removeEventListener('abort', done);
      ending.removeEventListener('abort', done);
      resolve();
    };
    lease.addEventListener('abort', done);
    ending.addEventListener('abort', done);
    if (lease.aborted || ending.aborted) done();
  });
