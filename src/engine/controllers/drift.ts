import { asFailure, FairleadError } from '../../base/error.js';
import { rest } from '../../base/rest.js';
import type { Unmended } from '../../ledger/drift.js';
import { keyOf } from '../../resource/key.js';
import { parentsOf } from '../../resource/parents.js';
import { subject } from '../../resource/order.js';
import type { Key } from '../../resource/resource.js';
import type { Context } from '../context.js';
import { nameOf } from '../find.js';
import { giveUpLost } from '../lost.js';
import { mend } from '../mend.js';
import { refresh } from '../refresh.js';
import { Pace } from './pace.js';

const FIRST_RETRY = 1000;
const LAST_RETRY = 300_000;

/**
 * Keeps the kernel as the records say, whoever changes it:
 *
 *     keys that somebody touched ──► a look at what belongs to them ──┐
 *     every so often             ──► a look at everything (*) ────────┼──► ledger ──► mended: idle
 *     what could not be mended   ──► in 1, 2, 4 … 300 s, and when     ┘       └──► not: said once, tried again
 *                                    it or its parent is touched: everything
 *
 *     (*) part by part while others are served, and whole where something is not well
 *
 * What comes while it works is gathered, so that a storm is one more look. It mends through the ledger's one queue, between
 * operations: what an operation is about to make or has just deleted is no drift. The kernel is asked to tell of the host's stack, and of
 * tunnels and what leads to other hosts by them. It does not tell of settings below /proc/sys but whether the host forwards, nor of what happens inside of a sandbox while its link lives: those are found by the look at everything, which lets
 * networks follow the host's own settings too.
 */
export class DriftController {
  readonly #context: Context;
  readonly #every: number;
  readonly #beside: () => void;
  readonly #ending = new AbortController();
  readonly #listening: Promise<void>;
  readonly #pace = new Pace();
  readonly #touched = new Set<Key>();
  #everything = false;
  #started = false;
  #working: Promise<void> | undefined;
  #timers = new Map<'look' | 'retry', NodeJS.Timeout>();
  #retry = FIRST_RETRY;

  /** Listens from now on. `every`: milliseconds between looks at everything, 0 for none. `beside` looks at what is not the kernel's. */
  constructor(context: Context, every: number, beside: () => void) {
    this.#context = context;
    this.#every = every;
    this.#beside = beside;
    this.#listening = this.#listen();
  }

  /** Begins to mend after a first look at everything: once that has ended, and left this. */
  start(first: Promise<readonly Unmended[]>): void {
    this.#working = this.#begin(first).finally(() => {
      this.#working = undefined;
      this.#started = true;
      this.#lookLater();
      this.#wake();
    });
  }

  async #begin(first: Promise<readonly Unmended[]>): Promise<void> {
    try {
      this.#judge(await first);
    } catch (error) {
      this.#failed(error);
    }
  }

  /** Resolves when nothing is under way any more. */
  async close(): Promise<void> {
    this.#ending.abort();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    await this.#listening;
    await this.#working;
  }

  async #listen(): Promise<void> {
    for await (const keys of this.#context.kernel.watch(this.#ending.signal)) {
      for (const key of keys) this.#touched.add(key);
      if (keys.some((key) => this.#mayFree(key))) this.#hope();
      this.#wake();
    }
  }

  get #stuck(): Map<Key, readonly Key[]> {
    return this.#context.drift.stuck;
  }

  #mayFree(key: Key): boolean {
    return this.#stuck.has(key) || [...this.#stuck.values()].some((parents) => parents.includes(key));
  }

  // What could not be mended may be mended now: a parent is plugged in again, say.
  #hope(): void {
    this.#everything = true;
    this.#retry = FIRST_RETRY;
  }

  #wake(): void {
    if (this.#started && this.#pending) this.#working ??= this.#work();
  }

  get #pending(): boolean {
    return this.#everything || this.#touched.size > 0;
  }

  // Between finding nothing more to do and having ended nothing is awaited: what comes then wakes it again.
  async #work(): Promise<void> {
    try {
      while (this.#pending) {
        await this.#turn();
        if (this.#ending.signal.aborted) return;
        const whole = this.#everything;
        const touched = [...this.#touched];
        this.#everything = false;
        this.#touched.clear();
        if (whole) this.#beside();
        await this.#mend(whole ? undefined : touched);
      }
    } finally {
      this.#working = undefined;
    }
  }

  async #mend(touched: readonly Key[] | undefined): Promise<void> {
    const { drift } = this.#context;
    drift.looks++;
    if (!touched) drift.everything++;
    try {
      if (!touched || touched.some(isFollowed)) await refresh(this.#context);
      const well = !touched && this.#stuck.size === 0 && (await this.#context.ledger.seemsWell());
      const unmended = well ? [] : await giveUpLost(this.#context, await mend(this.#context, touched));
      if (!touched) this.#forgetMended(unmended);
      this.#judge(unmended);
    } catch (error) {
      this.#failed(error);
    }
  }

  #failed(error: unknown): void {
    if (this.#ending.signal.aborted || (FairleadError.is(error) && error.code === 'kernel-closed')) return;
    this.#context.log.error('the kernel could not be compared with the records', { error: asFailure(error).message });
    this.#context.drift.failed++;
    this.#retryLater();
  }

  #forgetMended(unmended: readonly Unmended[]): void {
    const left = new Set(unmended.map(keyIn));
    for (const key of this.#stuck.keys()) if (!left.has(key)) this.#stuck.delete(key);
    if (left.size === 0) this.#retry = FIRST_RETRY;
    this.#context.drift.unmended = this.#stuck.size;
  }

  // Said once: `doctor` names it for as long as it lasts.
  #judge(unmended: readonly Unmended[]): void {
    if (unmended.length === 0) return;
    const fresh = unmended.filter((each) => !this.#stuck.has(keyIn(each)));
    for (const each of unmended) this.#stuck.set(keyIn(each), parentsOf(subject(each.operation)));
    this.#context.drift.unmended = this.#stuck.size;
    if (fresh[0]) {
      const objects = [...new Set(fresh.flatMap(({ owners }) => owners))].map((owner) => nameOf(this.#context, owner));
      this.#context.log.error('something could not be mended; fairlead doctor names it', { objects, error: asFailure(fresh[0].error).message });
    }
    this.#retryLater();
  }

  #retryLater(): void {
    if (this.#timers.has('retry')) return;
    this.#after('retry', this.#retry);
    this.#retry = Math.min(this.#retry * 2, LAST_RETRY);
  }

  #lookLater(): void {
    if (this.#every > 0) this.#after('look', this.#every);
  }

  #after(what: 'look' | 'retry', milliseconds: number): void {
    if (this.#ending.signal.aborted) return;
    const timer = setTimeout(() => {
      this.#timers.delete(what);
      if (what === 'look') this.#lookLater();
      this.#everything = true;
      this.#wake();
    }, milliseconds);
    this.#timers.set(what, timer.unref());
  }

  /** Waits for its turn, or for the end. */
  async #turn(): Promise<void> {
    const { clock } = this.#context;
    const wait = this.#pace.wait(clock.now());
    if (wait > 0) await rest(wait, this.#ending.signal);
    this.#pace.pass(clock.now());
  }
}

// Docker may have made its chain only now, or packets leave the host by another link.
// Docker's chain, a link of the host's that is a port of ours, an address that somebody gave its bridge: networks follow these.
const isFollowed = (key: Key): boolean => ['admission ', 'enslaved host ', 'address host '].some((each) => key.startsWith(each));
const keyIn = ({ operation }: Unmended): Key => keyOf(subject(operation));
