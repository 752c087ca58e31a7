import { failure } from '../../base/error.js';
import { type Log, silent } from '../../base/log.js';
import { asText, lastOfEach, type TextWrite } from '../draft.js';
import type { Change, Condition, Lifeline, Past, Revision, Store, Write } from '../store.js';
import { Committer } from './committer.js';
import { History } from './history.js';
import { Keys } from './keys.js';
import { EtcdLease } from './lease.js';
import { list, type Listed } from './list.js';
import { CallError, Members } from './members.js';
import type { EtcdPlace } from './place.js';
import type { Compare, RequestOp } from './protocol.js';
import { Reading } from './reading.js';
import { nested } from './transaction.js';
import { Watch } from './watch.js';

/**
 * A store that hosts share: etcd 3.4 or newer. Revisions are etcd's own, which others may take too.
 *
 * What cannot be had from etcd within five seconds ends with `store-unreachable`, and nothing was done; or, of a commit that was
 * sent, with `store-doubtful`: once `list` or `commit` answers again, what `list` shows is what became of it. Watches wait instead.
 * Also `store-refused`, `store-distrusted`, `store-too-large`, `store-full`.
 */
export class EtcdStore implements Store {
  readonly #members: Members;
  readonly #keys: Keys;
  readonly #reading: Reading;
  readonly #committer: Committer;
  readonly #leases = new Map<string, EtcdLease>();
  readonly #running = new Set<Promise<unknown>>();
  readonly #closed = new AbortController();

  /** One that may answer later: nothing is asked yet. The log is told when no member answers any more, and of records that cannot be read. */
  static at(place: EtcdPlace, log: Log = silent): EtcdStore {
    return new EtcdStore(place, log);
  }

  /** Opens it when a member answers. */
  static async open(place: EtcdPlace, log: Log = silent): Promise<EtcdStore> {
    const store = new EtcdStore(place, log);
    try {
      await store.#asked(() => store.#members.run(async () => undefined));
      return store;
    } catch (error) {
      await store.#members.close();
      throw error;
    }
  }

  private constructor(place: EtcdPlace, log: Log) {
    this.#keys = new Keys(place.prefix);
    this.#members = new Members(place, new History(this.#keys.past, () => this.#turned(), log), log);
    this.#reading = new Reading(this.#keys, log);
    this.#committer = new Committer(this.#members, this.#keys);
  }

  async list(prefix: string): Promise<Listed> {
    return this.#asked(async () => {
      await this.#committer.settle();
      return list(this.#members, this.#keys, this.#reading, prefix);
    });
  }

  async commit(conditions: readonly Condition[], writes: readonly Write[]): Promise<Revision | false> {
    const texts = lastOfEach(asText(writes));
    return this.#asked(async () => {
      if (!texts.every(({ lease }) => lease === undefined || this.#leases.get(lease)?.held)) return false;
      return this.#committer.commit(
        conditions.map((condition) => this.#compare(condition)),
        nested(texts.map((write) => this.#change(write))),
      );
    });
  }

  watch(prefix: string, from: Revision, signal: AbortSignal): AsyncIterable<readonly Change[] | 'compacted'> {
    const ends = AbortSignal.any([signal, this.#closed.signal]);
    return new Watch({ members: this.#members, keys: this.#keys, reading: this.#reading, prefix, from, signal: ends }).run();
  }

  async lease(seconds: number): Promise<Lifeline> {
    return this.#asked(async () => {
      const lease = await EtcdLease.grant(this.#members, seconds);
      this.#leases.set(lease.id, lease);
      return { id: lease.id, lost: lease.lost, [Symbol.asyncDispose]: () => this.#endLease(lease) };
    });
  }

  seen(): Past {
    return this.#members.history.past;
  }

  async recall(known: Past | undefined): Promise<Past> {
    await this.#asked(() => this.#members.run((link, time) => this.#members.history.look(link, time, known)));
    return this.seen();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closed.signal.aborted) return;
    this.#closed.abort();
    await Promise.allSettled(this.#running);
    const leases = [...this.#leases.values()];
    for (const lease of leases) lease.lose();
    // Where etcd cannot be told, what goes with them goes when their time has passed.
    await Promise.allSettled([...leases.map((lease) => lease[Symbol.asyncDispose]()), this.#committer.close()]);
    await this.#members.close();
  }

  // What was written with them is as it was then, or not there.
  #turned(): void {
    for (const lease of this.#leases.values()) lease.lose();
    this.#committer.begin();
  }

  async #endLease(lease: EtcdLease): Promise<void> {
    if (this.#closed.signal.aborted || !this.#leases.has(lease.id)) return;
    await this.#asked(() => lease[Symbol.asyncDispose]());
    this.#leases.delete(lease.id);
  }

  async #asked<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
    if (this.#closed.signal.aborted) throw failure('state-closed', { path: this.#members.name });
    const running = ask();
    this.#running.add(running);
    try {
      return await running;
    } catch (error) {
      throw this.#told(error);
    } finally {
      this.#running.delete(running);
    }
  }

  #told(error: unknown): unknown {
    return error instanceof CallError ? this.#members.toldOf(error) : error;
  }

  #compare({ key, revision }: Condition): Compare {
    return { target: 2, key: this.#keys.record(key), mod_revision: revision === 'absent' ? 0 : revision };
  }

  #change({ key, text, lease }: TextWrite): RequestOp {
    const at = { key: this.#keys.record(key) };
    return text === null ? { request_delete_range: at } : { request_put: { ...at, value: Buffer.from(text), ...(lease !== undefined && { lease }) } };
  }
}
