import { asFailure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Readied } from '../../model/ready.js';
import type { Context } from '../context.js';
import { comesAndGoes } from '../../model/comes-and-goes.js';
import { sceneOf } from '../describe.js';
import { prefixOf } from '../operations/attach.js';
import { letGo } from '../slots/let-go.js';
import { makeSlots } from '../slots/make-slots.js';
import type { Slot } from '../slots/slot.js';

/** So many are made in one transaction: whoever attaches meanwhile waits for no more. */
const CHUNK = 4;
/** Milliseconds without an attachment after which slots are made, while there are enough for those who come. */
const CALM = 20;
/** Milliseconds until what could not be made is tried again. */
const AGAIN = 1000;

interface Kept {
  timer: NodeJS.Timeout | undefined;
  /** Of the timer, in milliseconds. */
  wait: number;
  work: Promise<void> | undefined;
  troubled: boolean;
}

/**
 * Keeps as many slots ready as each network wants.
 *
 *     network made, changed ──────────────► look ──► fewer than wanted ──► made, a few at a time
 *     slot taken, fewer than a quarter ─────▲   └──► more than wanted ───► let go
 *     slot taken ──► calm for a while ──────┘
 */
export class Slots implements AsyncDisposable {
  readonly #context: Context;
  readonly #kept = new Map<Id, Kept>();
  #closed = false;

  /** Begins at once. */
  constructor(context: Context) {
    this.#context = context;
    const { networks, slots } = context.records;
    slots.follow({ taken: (network) => this.#taken(network), letGo: (gone) => letGo(context, gone) });
    networks.follow((id) => this.#look(id));
    for (const { id } of networks.list()) this.#look(id);
  }

  /** Makes no more, and lets go of those that are ready: another process makes its own. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#closed = true;
    for (const { timer } of this.#kept.values()) clearTimeout(timer);
    for (const { work } of this.#kept.values()) await work;
    await letGo(this.#context, this.#context.records.slots.list());
  }

  #wanted(id: Id): number {
    const network = this.#context.records.networks.find(id);
    if (network?.state !== 'active' || network.facts === null || comesAndGoes(network)) return 0;
    return (sceneOf(this.#context, network).options as Readied).ready ?? 0;
  }

  // What their links are called in the sandbox is the one thing of a network that cannot be changed behind them.
  #outdated(id: Id): readonly Slot[] {
    const slots = this.#context.records.slots.of(id);
    const [first] = slots;
    if (!first || this.#wanted(id) === 0) return [];
    const inside = `${prefixOf(this.#context, first.endpoint)}0`;
    return slots.filter(({ endpoint }) => endpoint.link?.inside !== inside);
  }

  #taken(id: Id): void {
    const few = this.#context.records.slots.count(id) < this.#wanted(id) / 4;
    this.#lookIn(id, few ? 0 : CALM);
  }

  #look(id: Id): void {
    if (this.#wanted(id) !== this.#context.records.slots.count(id) || this.#outdated(id).length > 0) this.#lookIn(id, 0);
  }

  #lookIn(id: Id, wait: number): void {
    if (this.#closed) return;
    const kept = this.#kept.get(id) ?? { timer: undefined, wait: 0, work: undefined, troubled: false };
    this.#kept.set(id, kept);
    if (kept.work) return;
    // Somebody attaches again and again: the same timer begins anew, which costs a tenth of another.
    if (kept.timer && kept.wait === wait) return void (wait > 0 && kept.timer.refresh());
    clearTimeout(kept.timer);
    kept.wait = wait;
    kept.timer = setTimeout(() => {
      kept.timer = undefined;
      kept.work = this.#settle(id, kept).finally(() => {
        kept.work = undefined;
        if (this.#wanted(id) === 0) this.#kept.delete(id);
      });
    }, wait).unref();
  }

  async #settle(id: Id, kept: Kept): Promise<void> {
    const { slots } = this.#context.records;
    try {
      for (let lack = 1; lack !== 0 && !this.#closed; ) {
        await letGo(this.#context, this.#outdated(id));
        lack = this.#wanted(id) - slots.count(id);
        if (lack > 0) await makeSlots(this.#context, id, Math.min(lack, CHUNK));
        if (lack < 0) await letGo(this.#context, slots.of(id).slice(lack));
      }
      kept.troubled = false;
    } catch (error) {
      // Said once: what is in the way may be there for long, an exhausted subnet say.
      if (!kept.troubled) this.#context.log.warn('sandboxes cannot be held ready', { network: id, error: asFailure(error).message });
      kept.troubled = true;
      clearTimeout(kept.timer);
      kept.wait = AGAIN;
      kept.timer = setTimeout(() => {
        kept.timer = undefined;
        this.#lookIn(id, 0);
      }, AGAIN).unref();
    }
  }
}
