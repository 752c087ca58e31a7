import { closeSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { type FairleadError, failure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import { type Log, silent } from '../../base/log.js';
import { retell } from '../../base/told.js';
import type { Names } from '../names.js';
import type { NamesChange } from '../types.js';
import type { Counts } from '../counts.js';
import { type Limits, LIMITS } from './limits.js';
import type { Calls, Say, Start } from './protocol.js';

/** How to open a resolver. */
export interface ResolverOptions {
  /** The path of the network namespace that is the host's stack; that of the process unless given. */
  readonly host?: string;
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
}

interface Pending {
  readonly done: (answer: unknown) => void;
  readonly failed: (error: FairleadError) => void;
}

const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);

/**
 * The resolver of every sandbox, in a thread of its own (docs/adr/004). Here requests are posted to it; it sleeps in epoll, so each
 * post is followed by a write to its wake descriptor. An open resolver keeps the process alive.
 */
export class Resolver implements Names {
  readonly #worker: Worker;
  readonly #wake: number;
  readonly #ending: Int32Array;
  readonly #log: Log;
  readonly #ended: Promise<void>;
  readonly #pending = new Map<number, Pending>();
  #last = 0;

  private constructor(worker: Worker, wake: number, ending: Int32Array, log: Log) {
    this.#worker = worker;
    this.#wake = wake;
    this.#ending = ending;
    this.#log = log;
    const exiting = () => this.#end();
    process.once('exit', exiting);
    worker.on('message', (message: Say) => this.#hear(message));
    worker.on('error', (error) => log.error("the resolver's thread failed", { error: String(error) }));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        process.removeListener('exit', exiting);
        this.#abandon();
        closeSync(wake);
        resolve();
      });
    });
  }

  /** Starts the thread. Throws `namespace-invalid` when `host` is none. */
  static async open({ host, limits, log = silent }: ResolverOptions = {}): Promise<Resolver> {
    const ending = new Int32Array(new SharedArrayBuffer(4));
    const start: Start = { host, limits: { ...LIMITS, ...limits }, ending };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start });
    const first = await firstWord(worker);
    if ('ready' in first) return new Resolver(worker, first.ready.wake, ending, log);
    await worker.terminate();
    throw 'error' in first ? retell(first.error) : failure('resolver-closed', {});
  }

  /** Besides `resolver-port-taken`: `namespace-invalid` where there is no such stack, `resolver-refused` with the kernel's word. Throws `resolver-closed`. */
  async update(change: NamesChange): Promise<ReadonlyMap<Id, FairleadError>> {
    const refused = await this.#ask('update', { change });
    return new Map([...refused].map(([id, told]) => [id, retell(told)]));
  }

  /** What it has done, and is doing. Throws `resolver-closed`. */
  stats(): Promise<Readonly<Counts>> {
    return this.#ask('stats', {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#end();
    await this.#ended;
  }

  // Settles later even where it throws at once, as every call here.
  async #ask<Call extends keyof Calls>(call: Call, args: Omit<Calls[Call], 'answer'>): Promise<Calls[Call]['answer']> {
    if (this.#ending[0] !== 0) throw failure('resolver-closed', {});
    const id = ++this.#last;
    const answer = new Promise((done, failed) => this.#pending.set(id, { done, failed }));
    this.#worker.postMessage({ id, call, ...args });
    writeSync(this.#wake, ONE);
    return answer as Promise<Calls[Call]['answer']>;
  }

  #hear(message: Say): void {
    if ('answer' in message) this.#settle(message.id)?.done(message.answer);
    else if ('error' in message) this.#settle(message.id)?.failed(retell(message.error));
    else if ('log' in message) this.#log[message.log.level](message.log.what, message.log.values);
  }

  #settle(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  // Once: after the thread's end its descriptor is closed, and the number may be another's.
  #end(): void {
    if (Atomics.compareExchange(this.#ending, 0, 0, 1) !== 0) return;
    writeSync(this.#wake, ONE);
  }

  // What the thread did not answer, it never will.
  #abandon(): void {
    Atomics.store(this.#ending, 0, 1);
    for (const { failed } of this.#pending.values()) failed(failure('resolver-closed', {}));
    this.#pending.clear();
  }
}

// Its own listeners alone are taken off again: Node keeps some of its own on a worker, and answers are not delivered without them.
function firstWord(worker: Worker): Promise<Say> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      worker.off('message', said).off('error', failed).off('exit', ended);
      act();
    };
    const said = (message: Say) => end(() => resolve(message));
    const failed = (error: unknown) => end(() => reject(error));
    const ended = () => end(() => reject(failure('resolver-closed', {})));
    worker.on('message', said).on('error', failed).on('exit', ended);
  });
}
