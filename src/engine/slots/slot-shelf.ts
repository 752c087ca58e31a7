import type { Id } from '../../base/id.js';
import type { Endpoint, Sandbox } from '../../model/records.js';
import type { Slot } from './slot.js';

/** What is told when slots come and go. */
export interface SlotListener {
  /** The names in this sandbox-to-be are to be looked at anew. */
  sandbox(id: Id): void;
  /** One of this network was taken. */
  taken(network: Id): void;
  /** Lets go of these; resolves when what they held is free. */
  letGo(slots: readonly Slot[]): Promise<void>;
}

/** Slots that are ready, by network. In memory alone: after a start they are made anew. */
export class SlotShelf {
  readonly #ready = new Map<Id, Slot[]>();
  readonly #bySandbox = new Map<Id, Slot>();
  #size = 0;
  readonly #listeners: Partial<SlotListener>[] = [];

  /** From now on `listener` is told. */
  follow(listener: Partial<SlotListener>): void {
    this.#listeners.push(listener);
  }

  /** Those of a network. */
  of(network: Id): readonly Slot[] {
    return [...(this.#ready.get(network) ?? [])];
  }

  /** How many of a network there are. */
  count(network: Id): number {
    return this.#ready.get(network)?.length ?? 0;
  }

  /** How many are ready. */
  get size(): number {
    return this.#size;
  }

  /** The sandbox of this id that was ready, until whoever took it removes the slot: names are answered there all the while. */
  sandbox(id: Id): Sandbox | undefined {
    return this.#bySandbox.get(id)?.sandbox;
  }

  /** Those of all that are ready, and of those that were taken and not removed yet. */
  sandboxes(): readonly Sandbox[] {
    return [...this.#bySandbox.values()].map(({ sandbox }) => sandbox);
  }

  /** All that are ready. */
  list(): readonly Slot[] {
    return [...this.#ready.values()].flat();
  }

  put(slot: Slot): void {
    const slots = this.#ready.get(slot.network);
    if (slots) slots.push(slot);
    else this.#ready.set(slot.network, [slot]);
    this.#bySandbox.set(slot.sandbox.id, slot);
    this.#size++;
    this.#tellSandbox(slot);
  }

  /** The one that was made first. From now on it is the caller's. */
  take(network: Id): Slot | undefined {
    const [slot] = this.#ready.get(network) ?? [];
    if (!slot) return undefined;
    this.#unready(slot);
    for (const { taken } of this.#listeners) taken?.(network);
    return slot;
  }

  /** A sandbox stands where this one was: what its names are is in the records. */
  used({ sandbox }: Slot): void {
    this.#bySandbox.delete(sandbox.id);
  }

  /** Nobody gets these any more. */
  remove(slots: readonly Slot[]): void {
    for (const slot of slots) {
      this.#unready(slot);
      this.#bySandbox.delete(slot.sandbox.id);
      this.#tellSandbox(slot);
    }
  }

  /** Lets go of the newest one whose endpoint is such; false where there is none. Resolves when what it held is free. */
  async yield(network: Id, isSuch: (endpoint: Endpoint) => boolean): Promise<boolean> {
    const slot = this.of(network).findLast(({ endpoint }) => isSuch(endpoint));
    if (!slot) return false;
    for (const { letGo } of this.#listeners) await letGo?.([slot]);
    return true;
  }

  #tellSandbox({ sandbox }: Slot): void {
    for (const listener of this.#listeners) listener.sandbox?.(sandbox.id);
  }

  #unready({ network, id }: Slot): void {
    const slots = this.#ready.get(network);
    const at = slots?.findIndex((each) => each.id === id) ?? -1;
    if (at < 0) return;
    slots?.splice(at, 1);
    this.#size--;
    if (slots?.length === 0) this.#ready.delete(network);
  }
}
