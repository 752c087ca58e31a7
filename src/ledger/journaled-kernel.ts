import type { Facts } from '../base/json.js';
import type { Applied, Kernel } from '../kernel/kernel.js';
import { isBorrowed, remembered } from '../resource/borrow.js';
import { keyOf } from '../resource/key.js';
import { subject } from '../resource/order.js';
import type { BorrowResource, EnslavedResource, Key, MovedResource, Operation, Plan, Resource } from '../resource/resource.js';
import type { Journal } from './types.js';

/** A kernel that is told how borrowed things were before they were ours: that is in the journal before a plan touches them, and until they are given back. */
export class JournaledKernel {
  readonly #kernel: Pick<Kernel, 'apply' | 'was'>;
  readonly #journal: Journal;

  constructor(kernel: Pick<Kernel, 'apply' | 'was'>, journal: Journal) {
    this.#kernel = kernel;
    this.#journal = journal;
  }

  /** All of a plan, or nothing. Throws what the kernel refuses. */
  async apply(plan: Plan): Promise<Applied> {
    const fresh = await this.#remember(plan);
    const gone = plan.filter((each) => each.do === 'delete' && isBorrowed(each.resource)).map((each) => keyOf(subject(each)));
    try {
      const applied = await this.#kernel.apply(this.#withPast(plan));
      // The kernel has it: what stays in the journal is given back once more, at the next start.
      if (gone.length > 0) await this.#journal.remove(gone).catch(() => {});
      return applied;
    } catch (error) {
      if (fresh.length > 0) await this.#journal.remove(fresh).catch(() => {});
      throw error;
    }
  }

  /** Writes down how what is taken is now, and what is asked of it; once: what we made of it is never taken for its owner's. Answers what was taken. */
  async #remember(plan: Plan): Promise<readonly Key[]> {
    const known = this.#journal.list();
    const taken = plan.filter((each) => each.do === 'create' && isBorrowed(each.resource) && !known.has(keyOf(each.resource))).map(subject);
    const asked = plan.flatMap((each) => (each.do === 'delete' ? [] : askedOf(subject(each))));
    if (taken.length === 0 && asked.length === 0) return [];
    const was = await this.#kernel.was(taken);
    const entries = new Map<Key, Facts>();
    for (const [index, resource] of taken.entries()) {
      const facts = was[index];
      if (facts) entries.set(keyOf(resource), facts);
    }
    const fresh = [...entries.keys()];
    for (const resource of asked) {
      const facts = entries.get(keyOf(resource)) ?? known.get(keyOf(resource));
      if (facts) entries.set(keyOf(resource), remembered(facts, resource));
    }
    await this.#journal.put(entries);
    return fresh;
  }

  #withPast(plan: Plan): Plan {
    if (!plan.some(needsPast)) return plan;
    const known = this.#journal.list();
    return plan.map((each) => {
      const was = needsPast(each) ? known.get(keyOf(subject(each))) : undefined;
      return was ? { ...each, was } : each;
    });
  }
}

// Links of somebody else's: what was ever asked of one is to be given back.
const askedOf = (resource: Resource): readonly (BorrowResource | EnslavedResource | MovedResource)[] =>
  resource.kind === 'borrow' || resource.kind === 'enslaved' || resource.kind === 'moved' ? [resource] : [];

// What is given back, and what of somebody else's link changes while it is ours.
const needsPast = (operation: Operation): boolean => operation.do !== 'create' && isBorrowed(subject(operation));
