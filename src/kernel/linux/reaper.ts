import type { Log } from '../../base/log.js';
import { namespaceKey } from '../../resource/key.js';
import type { Plan, Stack } from '../../resource/resource.js';
import { type Blocked, blockedBy, meetingOf } from './in-the-way.js';
import type { IpsecResource } from './ipsec/ipsec.js';
import { isEmpty, leadsInto, type Leaving, type LeavingLink } from './leaving.js';
import { atOnce, CHUNK, firstLinks } from './links-at-once.js';
import type { LinkDeletions } from './link-deletions.js';
import type { Machine } from './machine.js';
import { piecesOf } from './pieces-of.js';

/** How many namespaces: an operation that comes meanwhile waits for so many at the most, a fifth of a millisecond for each. */
const NAMESPACES = 16;
/** How long deletions are gathered, in milliseconds: each batch waits for RCU once, however large, and holds up whoever attaches meanwhile. */
const WINDOW = 50;

interface Batch extends Leaving {
  /** The same for all that one plan deletes. */
  readonly plan: number;
  /** What it may stand in the way of. */
  readonly blocks: Blocked;
  done: () => void;
}

/** Who waits for all that was pending when it asked. */
interface Waiter {
  readonly pending: Set<Batch>;
  readonly done: () => void;
}

/**
 * Deletes links and namespaces behind the reply. A link on its own waits tens of milliseconds for RCU, so they go by
 * group, all at once: those of a batch are put into a group that nobody uses, and the group is deleted. A link that a
 * process keeps alive by its namespace is gone all the same.
 *
 *     add ──► gathered ──(WINDOW, or a piece of work full; the ones before are done)──► links by group, this thread at work for others meanwhile
 *                └──(somebody needs it ended)──► links by group ──┐                                   │ answered
 *                                                                 └──► namespaces ──► IPsec ──► done ◄──┘
 */
export class Reaper {
  readonly #machine: Machine;
  readonly #log: Log;
  readonly #links: LinkDeletions;
  /** What is being ended. */
  #batches: Batch[] = [];
  /** What is ended when those are done. */
  #gathered: Batch[] = [];
  #due = 0;
  #attached = Number.NEGATIVE_INFINITY;
  #waiters: Waiter[] = [];
  #plans = 0;
  /** How many links are left that are in a namespace or lead into it. */
  readonly #leading = new Map<Stack, number>();
  /** Namespaces that go by one plan with their links, so that no others are to be looked for. */
  readonly #cleared = new Set<Stack>();

  constructor(machine: Machine, log: Log, links: LinkDeletions) {
    this.#machine = machine;
    this.#log = log;
    this.#links = links;
  }

  /** Takes what a plan deletes; `done` is called when the kernel has let go of it. */
  add(leaving: Leaving, done: () => void): void {
    if (this.#gathered.length === 0) this.#due = performance.now() + WINDOW;
    // What fills a piece of work by itself gains nothing by waiting for more.
    if (leaving.links.length >= CHUNK) this.#due = 0;
    this.#gathered.push(...this.#inBatches(leaving, done));
  }

  /** Somebody attaches: links go in smaller pieces for a while. */
  attached(): void {
    this.#attached = performance.now();
  }

  /** What to poll for answers of the kernel's. */
  get descriptors(): readonly number[] {
    return this.#links.descriptors;
  }

  /** Milliseconds until there is something to do; undefined when there is nothing at all. */
  get wait(): number | undefined {
    if (this.#links.away) return this.#batches.some((batch) => this.#mayRest(batch)) ? 0 : this.#links.wait;
    if (this.#batches.length > 0) return 0;
    return this.#gathered.length === 0 ? undefined : Math.max(0, this.#due - performance.now());
  }

  /** One bounded piece of work, and of links its beginning. */
  step(): void {
    // Those before may still have namespaces to end, while the kernel deletes the links of these.
    const begun = this.#batches.some(({ links }) => links.length > 0);
    if (!begun && performance.now() >= this.#due) this.#batches.push(...this.#gathered.splice(0));
    const links = this.#links.away ? [] : firstLinks(this.#batches, atOnce(performance.now() - this.#attached, this.#waiters.length > 0));
    if (links.length > 0) this.#gone(this.#links.begin(links));
    else this.#restOrRecall();
    this.#settle();
  }

  #restOrRecall(): void {
    const resting = this.#links.away ? this.#batches.filter((batch) => this.#mayRest(batch)) : this.#batches.filter(hasRest);
    if (!this.#links.away || resting.length > 0) this.#rest(resting);
    else if (this.#links.wait === 0) this.#gone(this.#links.recall());
  }

  // A link that another plan took out of a namespace may still be on its way.
  #mayRest(batch: Batch): boolean {
    return hasRest(batch) && !batch.namespaces.some((stack) => this.#leading.has(stack));
  }

  /** Hears what the kernel has answered. */
  hear(): void {
    this.#gone(this.#links.heard());
    this.#settle();
  }

  /** Gathers no more for what is pending. `done` is called when all of that has ended; false when there is nothing. */
  hurry(done: () => void): boolean {
    const pending = new Set([...this.#batches, ...this.#gathered]);
    if (pending.size === 0) return false;
    this.#due = 0;
    this.#waiters.push({ pending, done });
    return true;
  }

  /** Ends everything that is pending, before anything else is done. */
  finish(): void {
    this.#end([...this.#batches, ...this.#gathered]);
  }

  /**
   * Ends what is pending, but of links on their own only what they send and answer: to set one down takes 0.2 ms, to delete it twenty, and
   * whoever waits for its address needs no more.
   */
  silence(): void {
    const all = [...this.#batches, ...this.#gathered];
    // A policy outlives every link whose packets it keeps from going in the clear.
    if (all.some(({ ipsec }) => ipsec.length > 0)) return this.finish();
    const slow = wholePlans(all, ({ links, namespaces }) => namespaces.length > 0 || links.some(({ bridge }) => bridge));
    const quick = without(all, slow);
    this.#end(slow);
    this.#links.lower(quick.flatMap(({ links }) => links));
    for (const each of quick) {
      each.done();
      each.done = () => {};
    }
  }

  /** Whether a namespace with this cookie is being left: one that was adopted keeps the links of ours until then. */
  empties(cookie: string): boolean {
    const leaves = (stack: Stack) => this.#machine.stacks.identityOf(stack)?.cookie === cookie;
    return [...this.#batches, ...this.#gathered].some(({ namespaces }) => namespaces.some(leaves));
  }

  /** The links of a stack that are on their way out, by the names that they have there. */
  leavingFrom(stack: Stack): ReadonlySet<string> {
    const ends = [...this.#batches, ...this.#gathered].flatMap(({ links }) =>
      links.flatMap((link) => [link, ...(link.peer ? [{ ...link.peer, stack: link.peer.in }] : [])]),
    );
    return new Set(ends.filter((end) => end.stack === stack).map(({ name }) => name));
  }

  /** Ends what stands in the way of a plan, or would be mistaken for what it makes. */
  finishFor(plan: Plan): void {
    if (this.#batches.length + this.#gathered.length === 0) return;
    const meets = meetingOf(plan);
    const first = wholePlans([...this.#batches, ...this.#gathered], ({ blocks }) => meets(blocks));
    // A link of another batch may still be what a policy is for.
    if (first.some(({ ipsec }) => ipsec.length > 0)) this.finish();
    else this.#end(first);
  }

  /** Deletes at once. */
  now(leaving: Leaving): void {
    if (isEmpty(leaving)) return;
    if (leaving.ipsec.length > 0) this.finish();
    this.#end(this.#inBatches(leaving, () => {}));
  }

  #inBatches(leaving: Leaving, done: () => void): readonly Batch[] {
    const named = new Set(leaving.links.map(({ peer }) => peer?.in));
    for (const stack of leaving.namespaces) if (named.has(stack)) this.#cleared.add(stack);
    for (const stack of leaving.links.flatMap(leadsInto)) this.#leading.set(stack, (this.#leading.get(stack) ?? 0) + 1);
    const pieces = piecesOf(leaving, CHUNK);
    const plan = ++this.#plans;
    let left = pieces.length;
    const ended = () => void (--left === 0 && done());
    return pieces.map((piece) => ({ ...piece, plan, blocks: blockedBy(piece), done: ended }));
  }

  // These alone, and waits for the kernel.
  #end(batches: readonly Batch[]): void {
    if (batches.length === 0) return;
    if (this.#links.away) this.#gone(this.#links.recall(batches.flatMap(({ links }) => links)));
    const others = without(this.#batches, batches);
    this.#gathered = without(this.#gathered, batches);
    this.#batches = [...batches];
    while (this.#batches.length > 0) {
      const links = firstLinks(this.#batches, CHUNK);
      if (links.length > 0) this.#gone(this.#links.delete(links));
      else this.#rest(this.#batches.filter(hasRest));
      this.#settle();
    }
    this.#batches = others;
  }

  // Of those whose links are gone. IPsec ends last of all.
  #rest(resting: readonly Batch[]): void {
    if (resting.length > 0) this.#namespaces(takeNamespaces(resting));
    else this.#ipsec(this.#batches.flatMap(({ ipsec }) => ipsec.splice(0)));
  }

  #settle(): void {
    const ended = this.#batches.filter(isEmpty);
    if (ended.length === 0) return;
    this.#batches = without(this.#batches, ended);
    for (const batch of ended) {
      batch.done();
      for (const { pending } of this.#waiters) pending.delete(batch);
    }
    const over = this.#waiters.filter(({ pending }) => pending.size === 0);
    this.#waiters = without(this.#waiters, over);
    for (const { done } of over) done();
  }

  #gone(links: readonly LeavingLink[]): void {
    if (links.length === 0) return;
    const gone = new Set(links);
    for (const stack of links.flatMap(leadsInto)) this.#unlead(stack);
    for (const batch of this.#batches) batch.links.splice(0, batch.links.length, ...batch.links.filter((link) => !gone.has(link)));
  }

  #unlead(stack: Stack): void {
    const left = (this.#leading.get(stack) ?? 0) - 1;
    if (left > 0) this.#leading.set(stack, left);
    else this.#leading.delete(stack);
  }

  /** Says what of links that came home is not as it was. */
  tell(troubles: readonly string[]): void {
    for (const trouble of troubles) this.#log.warn('a link was given back, and not all is as it was', { trouble });
  }

  #namespaces(namespaces: readonly Stack[]): void {
    this.#links.strays(namespaces.filter((stack) => !this.#cleared.delete(stack)));
    for (const stack of namespaces) {
      this.#machine.doing.lower(namespaceKey(stack));
      try {
        this.#machine.namespaces.delete(stack);
      } catch (error) {
        this.#log.warn('a namespace could not be deleted', { stack, error: String(error) });
      }
    }
  }

  #ipsec(resources: readonly IpsecResource[]): void {
    for (const resource of resources) {
      const refusal = this.#machine.ipsec.remove(resource);
      if (refusal) this.#log.warn('an IPsec policy or state could not be deleted', { kind: resource.kind, ...refusal });
    }
  }
}

// Of a plan that is such in one of its batches, all: what ends after its links ends after all of them.
function wholePlans(batches: readonly Batch[], isSuch: (batch: Batch) => boolean): readonly Batch[] {
  const plans = new Set(batches.filter(isSuch).map(({ plan }) => plan));
  return batches.filter(({ plan }) => plans.has(plan));
}

function without<T>(all: readonly T[], some: readonly T[]): T[] {
  const gone = new Set(some);
  return all.filter((each) => !gone.has(each));
}

const hasRest = ({ links, namespaces }: Batch): boolean => links.length === 0 && namespaces.length > 0;

function takeNamespaces(batches: readonly Batch[]): Stack[] {
  const taken: Stack[] = [];
  for (const { namespaces } of batches) taken.push(...namespaces.splice(0, NAMESPACES - taken.length));
  return taken;
}
