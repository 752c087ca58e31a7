import type { Applied, Kernel } from '../kernel/kernel.js';
import { subject } from '../resource/order.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Operation, Plan, Resource } from '../resource/resource.js';
import { attributed } from './attributed.js';
import type { Book } from './book.js';
import { type Difference, type Drift, difference, drift, driftOf, type Unmended } from './drift.js';
import { whereInet6IsOff } from './inet6-off.js';
import { isSetting } from './is-setting.js';
import { scopeOf, scopeOfOwners } from './scope.js';
import type { Journal } from './types.js';

/** What comparing and mending work with. */
export interface Healing {
  readonly book: Book;
  readonly kernel: Kernel;
  readonly journal: Journal;
  readonly apply: (plan: Plan) => Promise<Applied>;
  /** Something cannot be mended. */
  readonly failed: () => void;
}

/** Compares what is claimed with what the kernel has, both ways, and mends it. Neither changes meanwhile by anybody else of ours. */
export class Healer {
  readonly #world: Healing;

  constructor(world: Healing) {
    this.#world = world;
  }

  /** What differs, and with `mend` what of that cannot be mended: of all, or of what belongs to these keys, which somebody else touched. */
  async heal(mode: 'report' | 'mend', touched: readonly Key[] | undefined): Promise<Drift> {
    const found = await this.#compare(touched);
    if (mode === 'report' || found.plan.length === 0) return found;
    const homes = found.plan.filter(isHome);
    return homes.length === 0 ? this.#mendSeen(found, touched) : this.#mendIn(found, homes, touched);
  }

  /** What concerns these owners. */
  async differencesOf(owners: ReadonlySet<Owner>): Promise<readonly Difference[]> {
    const { book } = this.#world;
    return attributed(book, owners, await this.#compareWith(scopeOfOwners(book, owners)));
  }

  #compare(touched: readonly Key[] | undefined): Promise<Drift> {
    return touched ? this.#compareWith(scopeOf(this.#world.book, touched)) : this.#compareAll();
  }

  async #compareAll(): Promise<Drift> {
    const { book, kernel, journal } = this.#world;
    const settings = [...book.resources.values()].map(({ resource }) => resource).filter(isSetting);
    // Settings first: a kernel learns from them which links are borrowed.
    const now = await kernel.was(settings);
    const seen = { resources: await kernel.read(), settings, now };
    return this.#asOff(drift(book, seen, journal.list()));
  }

  async #compareWith(scope: readonly Resource[]): Promise<Drift> {
    const { book, kernel, journal } = this.#world;
    const settings = scope.filter(isSetting);
    const now = settings.length === 0 ? [] : await kernel.was(settings);
    const resources = scope.length === 0 ? [] : await kernel.look(scope);
    return this.#asOff(driftOf(book, scope, { resources, settings, now }, journal.list()));
  }

  async #asOff(found: Drift): Promise<Drift> {
    const isOff = await whereInet6IsOff(this.#world.kernel, found.plan);
    return { ...found, plan: found.plan.filter((each) => !isOff(each)), differences: found.differences.filter(({ operation }) => !isOff(operation)) };
  }

  // Whoever touched these may have gone on since they were looked at: then another plan is due, and not each part of this one.
  async #mendSeen(found: Drift, touched: readonly Key[] | undefined): Promise<Drift> {
    if (!touched) return { ...found, unmended: await this.#mend(found.plan) };
    if (await this.#applies(found.plan)) return found;
    const again = await this.#compare(touched);
    return { ...again, unmended: await this.#mend(again.plan) };
  }

  // What is in a namespace is only seen when it has its file: with that back, all of it may be there.
  async #mendIn(found: Drift, homes: Plan, touched: readonly Key[] | undefined): Promise<Drift> {
    const failed = new Set((await this.#mend(homes)).map(({ operation }) => operation));
    const mended = found.differences.filter(({ operation }) => isHome(operation) && !failed.has(operation));
    const rest = await this.#mendSeen(await this.#compare(touched), touched);
    const plan = [...mended.map(({ operation }) => operation), ...rest.plan];
    return { ...rest, differences: [...mended, ...rest.differences], plan };
  }

  async #applies(plan: Plan): Promise<boolean> {
    try {
      await this.#world.apply(plan);
      return true;
    } catch {
      return false;
    }
  }

  // One thing that cannot be mended must not keep the rest from it.
  async #mend(plan: Plan): Promise<readonly Unmended[]> {
    const { book, apply, failed } = this.#world;
    try {
      await apply(plan);
      return [];
    } catch (error) {
      const [first] = plan;
      if (plan.length === 1 && first) {
        failed();
        return [{ ...difference(book, first), error }];
      }
      const errors: Unmended[] = [];
      for (const operation of plan) errors.push(...(await this.#mend([operation])));
      return errors;
    }
  }
}

const isHome = (operation: Operation): boolean => operation.do !== 'delete' && subject(operation).kind === 'namespace';
