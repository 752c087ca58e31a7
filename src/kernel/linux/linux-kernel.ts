import { closeSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { failure } from '../../base/error.js';
import { Hub } from '../../base/hub.js';
import type { Facts } from '../../base/json.js';
import { type Log, silent } from '../../base/log.js';
import type { ProcessId } from '../../base/process-id.js';
import { retell } from '../../base/told.js';
import type { Key, Plan, Resource, Stack } from '../../resource/resource.js';
import type { Survey } from '../../resource/survey.js';
import type { Applied, Kernel, SocketSpec } from '../kernel.js';
import type { Instance } from '../../resource/mark.js';
import type { Calls, Say, Start } from './protocol.js';

/** How to open a kernel. */
export interface LinuxKernelOptions {
  /** The path of the network namespace that is the host's stack; that of the process unless given. */
  readonly host?: string;
  /** The directory of this instance. Files of namespaces are made in its `netns`. */
  readonly run: string;
  /** What marks links as ours: an id for their alias, a number for their group. */
  readonly instance: Instance;
  readonly log?: Log;
}

interface Waiting {
  readonly done: (answer: unknown) => void;
  readonly failed: (error: unknown) => void;
}

const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
/** Why the thread ends: in good order, or with the process. */
const CLOSED = 1;
const EXITING = 2;

/**
 * Linux, through a thread of our own that holds every netlink socket and does every change of namespace. Here requests are
 * posted to it; it sleeps in poll(), so each post is followed by a write to its wake descriptor. An open kernel keeps
 * the process alive.
 */
export class LinuxKernel implements Kernel {
  readonly #worker: Worker;
  readonly #wake: number;
  readonly #ending: Int32Array;
  readonly #options: LinuxKernelOptions;
  readonly #ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  readonly #draining = new Map<number, () => void>();
  /** Who waits for the end of a process. */
  readonly #running = new Map<number, Waiting>();
  readonly #touched = new Hub<readonly Key[]>();
  readonly #closing = new AbortController();
  readonly #log: Log;
  #last = 0;
  #watchers = 0;

  private constructor(options: LinuxKernelOptions, worker: Worker, wake: number, ending: Int32Array) {
    this.#options = options;
    this.#log = options.log ?? silent;
    this.#worker = worker;
    this.#wake = wake;
    this.#ending = ending;
    const exiting = () => this.#end(EXITING);
    process.once('exit', exiting);
    worker.on('message', (message: Say) => this.#hear(message));
    worker.on('error', (error) => this.#log.error('the kernel thread failed', { error: String(error) }));
    this.#ended = new Promise((resolve) => {
      worker.once('exit', () => {
        process.removeListener('exit', exiting);
        this.#abandon();
        closeSync(wake);
        resolve();
      });
    });
  }

  /**
   * Starts the thread and takes the lock of the network namespace. Throws `host-locked` when another Fairlead has it, `kernel-denied` without root,
   * `namespace-invalid` when `host` is none.
   */
  static async open(options: LinuxKernelOptions): Promise<LinuxKernel> {
    const { host, run, instance } = options;
    const ending = new Int32Array(new SharedArrayBuffer(4));
    const start: Start = { ...(host === undefined ? {} : { host }), run, instance, ending };
    const worker = new Worker(new URL('./worker.js', import.meta.url), { workerData: start });
    const first = await firstWord(worker);
    if ('ready' in first) return new LinuxKernel(options, worker, first.ready.wake, ending);
    await worker.terminate();
    throw 'error' in first ? retell(first.error) : failure('kernel-closed', {});
  }

  async apply(plan: Plan): Promise<Applied> {
    const id = this.#last + 1;
    const drained = new Promise<void>((resolve) => this.#draining.set(id, resolve));
    try {
      if (!(await this.#ask('apply', { plan }))) this.#drained(id);
    } catch (error) {
      this.#draining.delete(id);
      throw error;
    }
    return { drained };
  }

  read(stacks?: readonly Stack[]): Promise<readonly Resource[]> {
    return this.#ask('read', { stacks });
  }

  look(resources: readonly Resource[]): Promise<readonly Resource[]> {
    return this.#ask('look', { resources });
  }

  was(resources: readonly Resource[]): Promise<readonly (Facts | null)[]> {
    return this.#ask('was', { resources });
  }

  watch(signal: AbortSignal): AsyncIterable<readonly Key[]> {
    if (this.#closing.signal.aborted) throw failure('kernel-closed', {});
    const ends = AbortSignal.any([signal, this.#closing.signal]);
    if (!ends.aborted) this.#listen(ends);
    return this.#touched.stream(ends);
  }

  survey(stack: Stack): Promise<Survey> {
    return this.#ask('survey', { stack });
  }

  cookie(path: string): Promise<string> {
    return this.#ask('cookie', { path });
  }

  pathOf(stack: Stack): string {
    if (stack !== 'host') return join(this.#options.run, 'netns', stack.slice('ns/'.length));
    return this.#options.host ?? `/proc/${process.pid}/ns/net`;
  }

  socket(stack: Stack, spec: SocketSpec): Promise<number> {
    return this.#ask('socket', { stack, spec });
  }

  started(pid: number): Promise<string | undefined> {
    return this.#ask('started', { pid });
  }

  async ended(process: ProcessId, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const id = this.#last + 1;
    const forget = () => {
      this.#running.get(id)?.failed(signal.reason);
      const report = (error: unknown) => this.#closing.signal.aborted || this.#log.warn('a process cannot be forgotten', { error: String(error) });
      this.#ask('forget', { asker: id }).catch(report);
    };
    signal.addEventListener('abort', forget, { once: true });
    const end = new Promise<unknown>((done, failed) => this.#running.set(id, { done, failed }));
    try {
      await Promise.race([end, this.#ask('ended', { process }).then((runs) => (runs ? end : undefined))]);
    } finally {
      this.#running.delete(id);
      signal.removeEventListener('abort', forget);
    }
  }

  settled(): Promise<void> {
    return this.#ask('settled', {});
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    this.#end(CLOSED);
    await this.#ended;
  }

  // Settles later even where it throws at once, as every call of the kernel.
  async #ask<Call extends keyof Calls>(call: Call, args: Omit<Calls[Call], 'answer'>): Promise<Calls[Call]['answer']> {
    if (this.#closing.signal.aborted) throw failure('kernel-closed', {});
    const id = ++this.#last;
    const answer = new Promise((done, failed) => this.#waiting.set(id, { done, failed }));
    this.#worker.postMessage({ id, call, ...args });
    writeSync(this.#wake, ONE);
    return answer as Promise<Calls[Call]['answer']>;
  }

  #listen(ends: AbortSignal): void {
    const report = (error: unknown) => this.#closing.signal.aborted || this.#log.warn('the kernel cannot be watched', { error: String(error) });
    if (this.#watchers++ === 0) this.#ask('watch', {}).catch(report);
    ends.addEventListener(
      'abort',
      () => {
        if (--this.#watchers === 0 && !this.#closing.signal.aborted) this.#ask('unwatch', {}).catch(report);
      },
      { once: true },
    );
  }

  #hear(message: Say): void {
    if ('answer' in message) this.#settle(message.id)?.done(message.answer);
    else if ('error' in message) this.#settle(message.id)?.failed(retell(message.error));
    else if ('drained' in message) this.#drained(message.drained);
    else if ('ended' in message) this.#running.get(message.ended)?.done(undefined);
    else if ('touched' in message) this.#touched.tell(message.touched);
    else if ('log' in message) this.#log[message.log.level](message.log.what, message.log.values);
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #drained(id: number): void {
    this.#draining.get(id)?.();
    this.#draining.delete(id);
  }

  // Once: after the thread's end its descriptor is closed, and the number may be another's.
  #end(why: number): void {
    if (Atomics.compareExchange(this.#ending, 0, 0, why) !== 0) return;
    writeSync(this.#wake, ONE);
  }

  // What the thread did not answer, it never will.
  #abandon(): void {
    this.#closing.abort();
    for (const { failed } of [...this.#waiting.values(), ...this.#running.values()]) failed(failure('kernel-closed', {}));
    this.#waiting.clear();
    for (const drained of this.#draining.values()) drained();
    this.#draining.clear();
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
    const ended = () => end(() => reject(failure('kernel-closed', {})));
    worker.on('message', said).on('error', failed).on('exit', ended);
  });
}
