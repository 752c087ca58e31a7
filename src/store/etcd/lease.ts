import { uptime } from 'node:os';
import { rest } from '../../base/rest.js';
import type { Lifeline } from '../store.js';
import { CallError, type Members } from './members.js';
import { calls } from './protocol.js';

/** Of its time, so much is not used: for clocks that differ, and for a holder to stop in. */
const MARGIN = 0.1;
const LONGEST_TIMER = 0x7fffffff;

/**
 * A lease of etcd, kept alive while its holder lives. It is lost when etcd says so, or when its time has passed since the last
 * renewal was *asked* for: etcd counts from when it heard of it, so we stop before others take over, also behind a partition.
 * The time is that since boot (/proc/uptime): it counts on while the host sleeps, and nobody sets it.
 *
 *     granted ──▶ held ── renewed, each third of its time ──▶ held
 *                  ├── disposed ───────────────────────────▶ ended: revoked
 *                  └── time passed, or etcd knows it no more ▶ lost
 */
export class EtcdLease implements Lifeline {
  readonly #members: Members;
  readonly #ended = new AbortController();
  readonly #loss = new AbortController();
  #until = 0;
  #timer: NodeJS.Timeout | undefined;
  #revoked = false;

  /** Throws CallError. */
  static async grant(members: Members, seconds: number): Promise<EtcdLease> {
    let asked = uptime();
    const { ID, TTL } = await members.run((link, time) => {
      asked = uptime();
      return link.call(calls.grant, { TTL: Math.ceil(seconds) }, time);
    });
    return new EtcdLease(members, ID, asked, Number(TTL));
  }

  private constructor(
    members: Members,
    readonly id: string,
    asked: number,
    ttl: number,
  ) {
    this.#members = members;
    this.#extend(asked, ttl);
    void this.#keep(ttl);
  }

  get lost(): AbortSignal {
    return this.#loss.signal;
  }

  /** Whether it may still be written with. */
  get held(): boolean {
    return !this.#ended.signal.aborted;
  }

  /** Its holder can no longer count on it. */
  lose(): void {
    this.#end();
    this.#loss.abort();
  }

  /** Ends it, and with it its keys. Where etcd cannot be told, they go when its time has passed; called again, it is told again. Throws CallError. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    if (this.#revoked) return;
    try {
      await this.#members.run((link, time) => link.call(calls.revoke, { ID: this.id }, time));
    } catch (error) {
      if (!(error instanceof CallError && error.fault === 'lease-absent')) throw error;
    }
    this.#revoked = true;
  }

  async #keep(first: number): Promise<void> {
    for (let ttl = first; this.held; ) {
      await rest((ttl * 1000) / 3, this.#ended.signal);
      const renewed = await this.#renew();
      if (renewed !== undefined) ttl = renewed;
    }
  }

  // Tried until it succeeds or the time has passed.
  async #renew(): Promise<number | undefined> {
    while (this.held) {
      const asked = uptime();
      try {
        const ttl = Number((await this.#members.run((link, time) => link.first(calls.keepAlive, { ID: this.id }, time), 1000)).TTL);
        if (!this.held) return undefined;
        // etcd answers 0 for a lease that it does not have.
        if (ttl <= 0) return void this.lose();
        this.#extend(asked, ttl);
        return ttl;
      } catch (error) {
        if (error instanceof CallError && error.fault === 'lease-absent') return void this.lose();
      }
      await rest(100, this.#ended.signal);
    }
    return undefined;
  }

  #extend(asked: number, ttl: number): void {
    this.#until = asked + ttl * (1 - MARGIN);
    this.#expect();
  }

  #expect(): void {
    clearTimeout(this.#timer);
    const left = this.#until - uptime();
    if (left <= 0) this.lose();
    else this.#timer = setTimeout(() => this.#expect(), Math.min(left * 1000, LONGEST_TIMER)).unref();
  }

  #end(): void {
    clearTimeout(this.#timer);
    this.#ended.abort();
  }
}
