import type { Keys } from './keys.js';
import { EtcdLease } from './lease.js';
import type { Members } from './members.js';
import { Slot } from './slot.js';

/** A writer's slots, and the lease with which they go. There are as many as it ever made commits at once. */
export class Session {
  readonly #lease: EtcdLease;
  readonly #keys: Keys;
  readonly #free: Slot[] = [];
  #count = 0;

  /** The slots of a writer that is gone vanish after so many seconds. Throws CallError. */
  static async open(members: Members, keys: Keys, seconds: number): Promise<Session> {
    return new Session(await EtcdLease.grant(members, seconds), keys);
  }

  private constructor(lease: EtcdLease, keys: Keys) {
    this.#lease = lease;
    this.#keys = keys;
  }

  /** Aborts when the slots are gone, or may be. */
  get lost(): AbortSignal {
    return this.#lease.lost;
  }

  /** A slot that no commit uses. */
  take(): Slot {
    return this.#free.pop() ?? new Slot(this.#keys.slot(this.#lease.id, this.#count++), this.#lease.id);
  }

  give(slot: Slot): void {
    this.#free.push(slot);
  }

  /** etcd does not know it any more. */
  lose(): void {
    this.#lease.lose();
  }

  /** Removes the slots. Throws CallError. */
  async close(): Promise<void> {
    await this.#lease[Symbol.asyncDispose]();
  }
}
