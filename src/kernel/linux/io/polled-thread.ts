import { readFileSync, writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import type { ErrorCode } from '../../../base/error-table.js';
import { type FairleadError, failure } from '../../../base/error.js';
import type { Log } from '../../../base/log.js';
import { retell } from '../../../base/told.js';
import { close } from './close.js';
import type { AnyCalls, Word } from './thread-words.js';

/** How to start one. */
export interface ThreadOptions {
  /** Its entry. */
  readonly entry: URL;
  /** What it is started with; `ending` is added, one shared number that is not 0 once it is to end. */
  readonly start: object;
  /** The error of a call that comes too late. */
  readonly closed: ErrorCode & ('kernel-closed' | 'resolver-closed');
  readonly log: Log;
}

interface Waiting {
  readonly done: (answer: unknown) => void;
  readonly failed: (error: FairleadError) => void;
}

type Descriptors = Extract<Word, { readonly ready: unknown }>['ready'];

// Megabytes for what a thread has just made, which is nearly all garbage: without a limit they become 48 under work, and stay.
const YOUNG = 6;
const ONE = Uint8Array.of(1, 0, 0, 0, 0, 0, 0, 0);
/** Why a thread ends: in good order, or with the process. */
export const CLOSED = 1;
export const EXITING = 2;

/**
 * A worker thread that sleeps in poll() or epoll, as whoever started it sees it: each request that is posted is followed by a write to
 * the thread's wake descriptor. An open thread keeps the process alive. `Calls` says argument and answer of each call.
 */
export class PolledThread<Calls extends AnyCalls<Calls>, News extends object = never> {
  readonly #worker: Worker;
  readonly #wake: number;
  readonly #ending: Int32Array;
  readonly #options: ThreadOptions;
  #heard: (news: News) => void = () => {};
  #gone: () => void = () => {};
  /** Resolves when it has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly #waiting = new Map<number, Waiting>();
  #last = 0;

  private constructor(options: ThreadOptions, worker: Worker, { wake, epoll, home }: Descriptors, ending: Int32Array) {
    this.#options = options;
    this.#worker = worker;
    this.#wake = wake;
    this.#ending = ending;
    const exiting = () => this.#end(EXITING);
    onExit(exiting);
    worker.on('message', (word: Word | News) => this.#hear(word));
    worker.on('error', (error) => options.log.error('a thread failed', { thread: options.closed, error: String(error) }));
    this.ended = new Promise((resolve) => {
      worker.once('exit', (code) => {
        exits.delete(exiting);
        if (code !== 0 && epoll !== undefined) closeWatched(epoll, wake);
        if (code !== 0 && home !== undefined) close(home);
        this.#abandon();
        close(wake);
        resolve();
      });
    });
  }

  /** Starts it and waits for its first word. Throws what it says in place of being ready. */
  static async open<Calls extends AnyCalls<Calls>, News extends object = never>(options: ThreadOptions): Promise<PolledThread<Calls, News>> {
    const ending = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(options.entry, { workerData: { ...options.start, ending }, resourceLimits: { maxYoungGenerationSizeMb: YOUNG } });
    const first = await firstWord(worker, options.closed);
    if ('ready' in first) return new PolledThread<Calls, News>(options, worker, first.ready, ending);
    await worker.terminate();
    throw 'error' in first ? retell(first.error) : failure(options.closed, {});
  }

  /** From now on `heard` gets what the thread says by itself, and `gone` is called when it has ended, whoever ended it. */
  hear(heard: (news: News) => void, gone: () => void): void {
    this.#heard = heard;
    this.#gone = gone;
  }

  /** The number that the next call will have: what the thread says later of that call carries it. */
  get next(): number {
    return this.#last + 1;
  }

  get closed(): boolean {
    return this.#ending[0] !== 0;
  }

  /** Asks it. Settles later even where it throws at once. */
  async ask<Call extends keyof Calls>(call: Call, args: Omit<Calls[Call], 'answer'>): Promise<Calls[Call]['answer']> {
    if (this.closed) throw failure(this.#options.closed, {});
    const id = ++this.#last;
    const answer = new Promise((done, failed) => this.#waiting.set(id, { done, failed }));
    this.#worker.postMessage({ id, call, ...args });
    writeSync(this.#wake, ONE);
    return answer;
  }

  /** Says it something that it finds when it looks, without waking it; nothing is answered. What ends the thread ends that too. */
  post<Call extends keyof Calls>(call: Call, args: Omit<Calls[Call], 'answer'>): void {
    if (!this.closed) this.#worker.postMessage({ id: 0, call, ...args });
  }

  /** Has it look. */
  wake(): void {
    if (!this.closed) writeSync(this.#wake, ONE);
  }

  /** Ends it in good order and waits for that. */
  async close(): Promise<void> {
    this.#end(CLOSED);
    await this.ended;
  }

  #hear(message: Word | News): void {
    if ('answer' in message) this.#settle(message.id)?.done(message.answer);
    else if ('error' in message) this.#fail(message.id, retell(message.error));
    else if ('log' in message) this.#options.log[message.log.level](message.log.what, message.log.values);
    else if (!('ready' in message)) this.#heard(message);
  }

  // What nobody asked for is why it ends.
  #fail(id: number, error: FairleadError): void {
    const waiting = this.#settle(id);
    if (waiting) waiting.failed(error);
    else this.#options.log.error('a thread failed', { thread: this.#options.closed, error: error.message });
  }

  #settle(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  // Once: after the thread's end its descriptor is closed, and the number may be another's.
  #end(why: number): void {
    if (Atomics.compareExchange(this.#ending, 0, 0, why) !== 0) return;
    writeSync(this.#wake, ONE);
  }

  #abandon(): void {
    Atomics.store(this.#ending, 0, CLOSED);
    for (const { failed } of this.#waiting.values()) failed(failure(this.#options.closed, {}));
    this.#waiting.clear();
    this.#gone();
  }
}

// One listener for all: a process may have many threads, and Node takes eleven listeners for a leak.
const exits = new Set<() => void>();

function onExit(end: () => void): void {
  if (exits.size === 0 && !process.listeners('exit').includes(endAll)) process.once('exit', endAll);
  exits.add(end);
}

function endAll(): void {
  for (const end of exits) end();
}

// A thread that is cut off (out of memory, terminated) closes nothing, and its sockets would hold their ports. The kernel lists what an
// epoll watches in its fdinfo (proc_pid_fdinfo(5)).
function closeWatched(epoll: number, wake: number): void {
  const watched = readFileSync(`/proc/self/fdinfo/${epoll}`, 'utf8').matchAll(/^tfd:\s*(\d+)/gm);
  for (const [, descriptor] of watched) if (Number(descriptor) !== wake) close(Number(descriptor));
  close(epoll);
}

// Its own listeners alone are taken off again: Node keeps some of its own on a worker, and answers are not delivered without them.
function firstWord(worker: Worker, closed: 'kernel-closed' | 'resolver-closed'): Promise<Word> {
  return new Promise((resolve, reject) => {
    const end = (act: () => void) => {
      worker.off('message', said).off('error', failed).off('exit', ended);
      act();
    };
    const said = (message: Word) => end(() => resolve(message));
    const failed = (error: unknown) => end(() => reject(error));
    const ended = () => end(() => reject(failure(closed, {})));
    worker.on('message', said).on('error', failed).on('exit', ended);
  });
}
