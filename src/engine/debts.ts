import { asFailure, FairleadError } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Json } from '../base/json.js';
import type { Log } from '../base/log.js';
import type { Asked } from '../model/driver.js';
import type { Holder } from '../model/ipam.js';
import type { Lease, Pool } from '../model/records.js';
import type { Store } from '../store/store.js';

/** Something that a plugin has made or holds for us, and by what it is given back. */
export type Debt = { readonly plugin: string } & (
  | Asked
  | { readonly what: 'pool'; readonly network: Id; readonly pool: Pool }
  | { readonly what: 'address'; readonly network: Id; readonly endpoint: Id; readonly lease: Lease; readonly by: Holder }
);

/** How a debt is paid: throws what the plugin says, or that it is not there. */
export type Pay = (debt: Debt) => Promise<void>;

const PREFIX = 'owed/';

/**
 * What plugins hold for this engine. It is written down, durably, before a plugin is asked, or in the turn in which it answered where only
 * the answer tells what it is; so after a kill, or a reboot, nothing stays behind that nobody knows of.
 *
 *     written down ──► asked ──► held ──► given back ──► forgotten
 *                                             ├── it says no, in its words: logged ──► forgotten
 *                                             └── it is away ──► stays ──► it answers something, or the engine starts ──► given back
 */
export class Debts {
  readonly #store: Store;
  readonly #log: Log;
  #pay: Pay = async () => {};
  // In the order in which they were made.
  readonly #debts = new Map<string, Debt>();
  /** Keys of those that a plugin could not be given back. */
  readonly #late = new Set<string>();
  readonly #paying = new Map<string, Promise<void>>();
  #order = 0;

  constructor(store: Store, log: Log) {
    this.#store = store;
    this.#log = log;
  }

  /** Reads what was owed when the last engine ended, and learns how debts are paid. */
  async load(pay: Pay): Promise<void> {
    this.#pay = pay;
    for (const [key, { value }] of (await this.#store.list(PREFIX)).entries) {
      this.#debts.set(key, value as unknown as Debt);
      this.#order = Math.max(this.#order, orderOf(key));
    }
  }

  /** Writes down what is asked for; durable when it resolves. */
  async owe(debt: Debt): Promise<void> {
    const key = `${PREFIX}${String(++this.#order).padStart(DIGITS, '0')}`;
    this.#debts.set(key, debt);
    await this.#store.commit([], [{ key, value: debt as unknown as Json }]);
  }

  /** Those that `which` names. */
  has(which: (debt: Debt) => boolean): boolean {
    return [...this.#debts.values()].some(which);
  }

  /** Everything that is owed. */
  list(): readonly Debt[] {
    return [...this.#debts.values()];
  }

  /** Gives back those that `which` names, the newest first. Throws nothing: what a plugin that is away has stays owed. */
  async settle(which: (debt: Debt) => boolean): Promise<void> {
    const due = [...this.#debts].filter(([, debt]) => which(debt)).map(([key]) => key);
    for (const key of due.toReversed()) await this.#settle(key);
  }

  /** Those that `which` names are somebody else's to give back from now on. */
  async forget(which: (debt: Debt) => boolean): Promise<void> {
    const keys = [...this.#debts].filter(([, debt]) => which(debt)).map(([key]) => key);
    for (const key of keys) this.#debts.delete(key);
    if (keys.length > 0)
      await this.#store.commit(
        [],
        keys.map((key) => ({ key, value: null })),
      );
  }

  /** Gives back what could not be given back before to a plugin that answers now. */
  retry(plugin: string): Promise<void> {
    return this.settle((debt) => debt.plugin === plugin && [...this.#late].some((key) => this.#debts.get(key) === debt));
  }

  #settle(key: string): Promise<void> {
    const paying = this.#paying.get(key) ?? this.#payOne(key).finally(() => this.#paying.delete(key));
    this.#paying.set(key, paying);
    return paying;
  }

  async #payOne(key: string): Promise<void> {
    const debt = this.#debts.get(key);
    if (!debt) return;
    // Before it is tried: what answers meanwhile is no reason to try it at the same time.
    this.#late.delete(key);
    try {
      await this.#pay(debt);
    } catch (error) {
      const { plugin, what } = debt;
      const reason = asFailure(error).message;
      if (isAway(error)) {
        this.#late.add(key);
        this.#log.warn('a plugin is away; what it holds is given back when it answers', { plugin, what, error: reason });
        return;
      }
      this.#log.error('a plugin did not take back what it holds', { plugin, what, error: reason });
    }
    this.#debts.delete(key);
    await this.#store.commit([], [{ key, value: null }]);
  }
}

const DIGITS = 12;

const orderOf = (key: string): number => Number(key.slice(PREFIX.length));

const AWAY: ReadonlySet<string> = new Set(['plugin-absent', 'plugin-silent', 'cni-plugin-absent', 'cni-plugin-silent']);

const isAway = (error: unknown): boolean => FairleadError.is(error) && AWAY.has(error.code);
