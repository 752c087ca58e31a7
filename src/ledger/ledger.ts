import type { Applied, Kernel } from '../kernel/kernel.js';
import { step } from '../resource/diff.js';
import { keyOf } from '../resource/key.js';
import { order, subject } from '../resource/order.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Operation, Plan, Resource } from '../resource/resource.js';
import { type Book, emptyBook, Overlay } from './book.js';
import type { Difference, Drift } from './drift.js';
import { Glance } from './glance.js';
import { Healer } from './healer.js';
import { JournaledKernel } from './journaled-kernel.js';
import type { Claims, Declared, Journal } from './types.js';

interface Request {
  readonly claims: Claims;
  readonly done: (declared: Declared) => void;
  readonly failed: (error: unknown) => void;
}

interface Handing {
  readonly claims: Claims;
  readonly done: (declared: Declared | undefined) => void;
}

/** So many that are handed over become one transaction: it is made on the caller's thread. */
const TOGETHER = 32;

/** So many that wait become one transaction: of more, the kernel makes the first while the next are planned. */
const MERGED = 256;

/**
 * Who wants what, and the one call that makes the kernel match. A resource lives while anyone claims it. Requests queue;
 * each plan is made at the head of the queue, against what is true by then. What waits is merged into one transaction,
 * and separated again if that fails:
 *
 *     declare ──► queue ──► merge ──► plan ──► kernel ──► committed
 *                   ▲                            │ refused, and several were merged
 *                   └────────── one by one ◄─────┘
 *
 * What asks for a few elements alone and meets nothing that is on its way is handed over past the queue, with what else is in this turn.
 */
export class Ledger {
  readonly #book: Book = emptyBook();
  readonly #kernel: Kernel;
  readonly #journal: Journal;
  readonly #journaled: JournaledKernel;
  readonly #healer: Healer;
  #queue: Request[] = [];
  #handing: Handing[] = [];
  #running: Promise<void> | undefined;
  #healing = 0;
  /** What is being applied. */
  #applying: Overlay | undefined;
  /** Whether the kernel is being compared with the book: neither is to change meanwhile. */
  #comparing = false;
  readonly #glances = new Set<Glance>();
  #glancing: Promise<unknown> = Promise.resolve();

  constructor(kernel: Kernel, journal: Journal) {
    this.#kernel = kernel;
    this.#journal = journal;
    this.#journaled = new JournaledKernel(kernel, journal);
    this.#healer = new Healer({ book: this.#book, kernel, journal, apply: (plan) => this.#apply(plan), failed: () => this.#unmended() });
  }

  /**
   * States the whole of what each of these owners wants; an empty list means nothing. Resolves when it is live. With `behind` the caller's
   * reply goes first, where nothing else is on its way.
   */
  declare(claims: Claims, { behind = false } = {}): Promise<Declared> {
    const declared = new Promise<Declared>((done, failed) => this.#queue.push({ claims, done, failed }));
    this.#running ??= this.#drain(behind);
    return declared;
  }

  /**
   * Declares with this turn, past all that waits, where nothing is left to be done but a few elements: most of it is claimed by
   * others of these owners already. Undefined when that cannot be: then nothing was done, and it is for `declare`.
   */
  handOver(claims: Claims): Promise<Declared | undefined> {
    return new Promise((done) => {
      this.#handing.push({ claims, done });
      if (this.#handing.length === 1) queueMicrotask(() => this.#handAll());
    });
  }

  #handAll(): void {
    const all = this.#handing;
    this.#handing = [];
    for (let from = 0; from < all.length; from += TOGETHER) {
      const some = all.slice(from, from + TOGETHER);
      const together = some.length > 1 ? this.#hand(some) : undefined;
      for (const each of some) each.done(together ?? this.#hand([each]));
    }
  }

  #hand(all: readonly Handing[]): Declared | undefined {
    if (this.#comparing) return undefined;
    const overlay = new Overlay(this.#book);
    try {
      for (const { claims } of all) overlay.add(claims);
    } catch {
      return undefined;
    }
    if (this.#applying?.meets(overlay)) return undefined;
    const plan = planOf(overlay);
    if (!this.#kernel.put(plan)) return undefined;
    this.#pass(overlay.keys());
    overlay.commit();
    return { plan, drained: Promise.resolve() };
  }

  /** How many declarations wait for their turn. */
  get waiting(): number {
    return this.#queue.length + this.#handing.length;
  }

  /** Resolves when what waits now is live, or refused. */
  async past(): Promise<void> {
    if (this.#queue.length > 0 || this.#applying) await this.declare(new Map());
  }

  /** What `declare` would do. Throws `resource-conflict`. */
  preview(claims: Claims): Plan {
    const overlay = new Overlay(this.#book);
    overlay.add(claims);
    return planOf(overlay);
  }

  /** The claims of an owner, in the order in which they were declared. */
  claimsOf(owner: Owner): readonly Resource[] {
    return this.#book.claims.get(owner) ?? [];
  }

  /** These claims stand, as after a start: nothing is known of the kernel until `heal`. */
  restore(claims: Claims): void {
    const overlay = new Overlay(this.#book);
    overlay.add(claims);
    overlay.commit();
  }

  /** Whether all is as it is claimed, as far as that can be told while others are served: what they change meanwhile is passed over. */
  seemsWell(): Promise<boolean> {
    // One after another: parts of two looks would be taken for those of one.
    const looked = this.#glancing.then(() => this.#glance());
    this.#glancing = looked.catch(() => {});
    return looked;
  }

  async #glance(): Promise<boolean> {
    const glance = new Glance(this.#book, this.#kernel);
    glance.pass(this.#applying?.keys() ?? []);
    this.#glances.add(glance);
    try {
      return !(await glance.findsAnything(this.#journal.list()));
    } finally {
      this.#glances.delete(glance);
    }
  }

  /**
   * Desired against actual, both ways; `mend` makes it so. Runs between declarations, never beside one. Where it is known
   * which keys somebody else touched, only what belongs to them is looked at.
   */
  heal(mode: 'report' | 'mend', touched?: readonly Key[]): Promise<Drift> {
    return this.#between(() => this.#healer.heal(mode, touched));
  }

  /** What of these owners' claims is not as it is claimed, and what of ours is on their links that nobody claims. It takes as long as what they claim. */
  differencesOf(owners: ReadonlySet<Owner>): Promise<readonly Difference[]> {
    return this.#between(() => this.#healer.differencesOf(owners));
  }

  async #between<Result>(comparison: () => Promise<Result>): Promise<Result> {
    // Declarations that keep coming are not to keep it waiting.
    this.#healing++;
    while (this.#running) await this.#running;
    this.#healing--;
    this.#comparing = true;
    const work = comparison().finally(() => {
      this.#comparing = false;
    });
    this.#running = work.then(
      () => this.#next(),
      () => this.#next(),
    );
    return work;
  }

  #next(): void {
    this.#running = undefined;
    if (this.#queue.length > 0) this.#running = this.#drain();
  }

  async #drain(behind = false): Promise<void> {
    // The caller's turn ends first, so that what is asked in one turn is merged into one transaction.
    await (behind ? new Promise((done) => setImmediate(done)) : Promise.resolve());
    while (this.#queue.length > 0) {
      await this.#settle(this.#queue.splice(0, MERGED));
      if (this.#healing > 0) break;
    }
    this.#running = undefined;
  }

  async #settle(batch: readonly Request[]): Promise<void> {
    const overlay = new Overlay(this.#book);
    const merged = batch.filter((request) => isLaid(overlay, request));
    if (merged.length === 0) return;
    try {
      const plan = planOf(overlay);
      this.#applying = overlay;
      this.#pass(overlay.keys());
      const { drained, redirected } = await this.#apply(plan);
      const redirecting = new Set(redirected && merged.filter(({ claims }) => this.#redirects(claims)));
      overlay.commit();
      this.#applying = undefined;
      for (const request of merged) {
        if (redirecting.has(request)) void redirected?.then(() => request.done({ plan, drained }));
        else request.done({ plan, drained });
      }
    } catch (error) {
      this.#applying = undefined;
      if (merged.length === 1) merged[0]?.failed(error);
      else for (const request of merged) await this.#settle([request]);
    }
  }

  // Whether these claim, or claimed until now, connections to published ports.
  #redirects(claims: Claims): boolean {
    return [...claims].some(([owner, wanted]) => [...this.claimsOf(owner), ...wanted].some((each) => each.kind === 'flows' && each.published !== undefined));
  }

  #unmended(): void {
    for (const glance of this.#glances) glance.fail();
  }

  #pass(keys: Iterable<Key>): void {
    for (const glance of this.#glances) glance.pass(keys);
  }

  async #apply(plan: Plan): Promise<Applied> {
    if (plan.length === 0) return { drained: Promise.resolve() };
    this.#pass(plan.map((each) => keyOf(subject(each))));
    return this.#journaled.apply(plan);
  }
}

function planOf(overlay: Overlay): Plan {
  const operations: Operation[] = [];
  for (const [before, after] of overlay.touched()) {
    const operation = step(before, after);
    if (operation) operations.push(operation);
  }
  return order(operations);
}

/** Lays a request over what is there; one that conflicts with that is refused. */
function isLaid(overlay: Overlay, { claims, failed }: Request): boolean {
  try {
    overlay.add(claims);
    return true;
  } catch (error) {
    failed(error);
    return false;
  }
}
