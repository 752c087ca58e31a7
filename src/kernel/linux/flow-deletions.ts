import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Log } from '../../base/log.js';
import type { Ip } from '../../ip/types.js';
import type { HostPort } from './conntrack/delete-by-port.js';
import type { Sought } from './conntrack/sieve.js';
import { FlowWalk } from './flow-walk.js';
import { PatientSocket, PoolTaken } from './patient-socket.js';

/** How long the pool is taken to be at work for others, in milliseconds, once it was too late. */
const BUSY = 10_000;

interface Gathered extends Sought {
  readonly addresses: Set<Ip>;
  readonly ports: HostPort[];
  readonly done: (() => void)[];
}

/**
 * Has the host's tracked connections forgotten, beside all that the kernel's thread does: its table is walked as a whole, 10 ms where there is hardly anything in it and 200 where
 * there are 100,000 connections. What is asked for during a walk, and during the rest after it, is for the next one.
 *
 *     forget ──► gathered ──(rested, or somebody waits)──► walk ──► done, rest
 */
export class FlowDeletions {
  readonly #open: () => Promise<number>;
  readonly #log: Log;
  readonly #rest: number;
  readonly #walk = new FlowWalk();
  #socket: Promise<PatientSocket> | undefined;
  #gathered: Gathered | undefined;
  #walking: Promise<void> | undefined;
  #hurried = false;
  #rested = 0;
  #timer: NodeJS.Timeout | undefined;
  #busyUntil = 0;

  /** `open` answers a socket of the host's to nfnetlink. No walk begins for `rest` times what the last one took, unless somebody waits for it. */
  constructor(open: () => Promise<number>, rest: number, log: Log) {
    this.#open = open;
    this.#rest = rest;
    this.#log = log;
  }

  /** Has a socket by the time that one is needed: whoever opens it may have ended by then, or no descriptor be left. */
  prepare(): void {
    this.#opened().catch(() => this.#drop());
  }

  /** Resolves when the connections of these have been forgotten, or it has been said why not. */
  async forget({ addresses = [], ports = [] }: { readonly addresses?: readonly Ip[]; readonly ports?: readonly HostPort[] }): Promise<void> {
    if (addresses.length + ports.length === 0) return;
    const gathered = (this.#gathered ??= { addresses: new Set(), ports: [], done: [] });
    for (const ip of addresses) gathered.addresses.add(ip);
    gathered.ports.push(...ports);
    const done = new Promise<void>((resolve) => gathered.done.push(resolve));
    this.#schedule();
    await done;
  }

  /** Rests no longer. Resolves when all has been forgotten that was asked for. */
  async hurry(): Promise<void> {
    if (!this.#gathered) return this.#walking;
    const { done } = this.#gathered;
    const ended = new Promise<void>((resolve) => done.push(resolve));
    this.#hurried = true;
    this.#schedule();
    await ended;
  }

  /** Ends what was asked for, and closes the socket. */
  async close(): Promise<void> {
    await this.hurry();
    this.#drop();
  }

  #schedule(): void {
    if (this.#walking || !this.#gathered) return;
    clearTimeout(this.#timer);
    const rest = this.#hurried ? 0 : this.#rested - performance.now();
    if (rest > 0) this.#timer = setTimeout(() => this.#schedule(), rest);
    else this.#walking = this.#next();
  }

  async #next(): Promise<void> {
    // What is asked for in this turn goes along.
    await nextTurn();
    const gathered = this.#gathered;
    this.#gathered = undefined;
    this.#hurried = false;
    const took = gathered ? await this.#forget(gathered) : 0;
    this.#rested = performance.now() + this.#rest * took;
    this.#walking = undefined;
    for (const done of gathered?.done ?? []) done();
    this.#schedule();
  }

  /** Answers how long it took, in milliseconds. */
  async #forget(sought: Sought): Promise<number> {
    for (;;) {
      const begun = performance.now();
      try {
        const socket = await this.#opened();
        socket.direct = performance.now() < this.#busyUntil;
        const refusal = await this.#walk.forget(socket, sought);
        if (refusal) this.#log.warn('tracked connections could not be forgotten', { ...refusal });
        return performance.now() - begun;
      } catch (error) {
        this.#drop();
        if (!(error instanceof PoolTaken)) {
          this.#log.warn('tracked connections could not be forgotten', { error: String(error) });
          return 0;
        }
        this.#busyUntil = performance.now() + BUSY;
      }
    }
  }

  #opened(): Promise<PatientSocket> {
    this.#socket ??= this.#open().then((fd) => new PatientSocket(fd));
    return this.#socket;
  }

  #drop(): void {
    this.#socket?.then(
      (socket) => socket.close(),
      () => {},
    );
    this.#socket = undefined;
  }
}
