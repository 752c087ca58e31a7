import { failure } from '../../base/error.js';
import { randomHex } from '../../base/id.js';
import type { Revision } from '../store.js';
import type { Keys } from './keys.js';
import { CallError, type Members } from './members.js';
import { calls, type Compare, type RequestOp, type TxnRequest, type TxnResponse } from './protocol.js';
import { Session } from './session.js';
import type { Marked, Outcome, Slot } from './slot.js';

/** Seconds for which the slots of a writer outlive it. Longer than any commit waits for its answer. */
const SESSION = 60;

/** A commit that may still be made though nobody waits for it. */
interface Doubt {
  readonly session: Session;
  readonly slot: Slot;
  readonly mark: string;
}

/**
 * Makes commits, each once. One that has no answer is sent again, to another member if need be, until there is one. When there is
 * none in time, its caller is told that nobody knows, and before this writer commits or lists again the commit is fenced: from
 * then on what can be read is what holds.
 */
export class Committer {
  readonly #members: Members;
  readonly #keys: Keys;
  readonly #doubts = new Set<Doubt>();
  #settling: Promise<void> | undefined;
  #session: Promise<Session> | undefined;

  constructor(members: Members, keys: Keys) {
    this.#members = members;
    this.#keys = keys;
  }

  /** The commit's revision; `false` when a condition does not hold, or a lease that it writes with is gone. Throws `store-doubtful` and CallError. */
  async commit(compare: readonly Compare[], changes: readonly RequestOp[]): Promise<Revision | false> {
    for (;;) {
      await this.settle();
      const outcome = await this.#attempt({ mark: randomHex(16), compare, changes });
      // Somebody else had touched the slot; nothing was made, and the slot is known again.
      if (outcome !== 'unknown') return outcome;
    }
  }

  /** Waits until no commit of before can be made any more. Throws CallError. */
  settle(): Promise<void> {
    if (this.#doubts.size === 0) return Promise.resolve();
    this.#settling ??= this.#settleAll().finally(() => {
      this.#settling = undefined;
    });
    return this.#settling;
  }

  /** Its slots are not there any more. */
  begin(): void {
    this.#session?.then((session) => session.lose()).catch(() => {});
  }

  /** Removes the slots: what is in doubt cannot be made without them. Throws CallError. */
  async close(): Promise<void> {
    const session = await this.#session?.catch(() => undefined);
    await session?.close();
  }

  async #attempt(marked: Marked): Promise<Outcome> {
    const session = await this.#open();
    const slot = session.take();
    const { mark } = marked;
    let tries = 0;
    try {
      const outcome = slot.outcome(mark, await this.#send(() => slot.commit(marked, tries++ > 0)));
      session.give(slot);
      if (outcome === 'unknown' && tries > 1) throw this.#doubtful(new Error('the slot of the commit was written by somebody else'));
      return outcome;
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.fault === 'lease-absent') return this.#withoutLease({ session, slot, mark }, error);
      if (error.lost) throw this.#doubt({ session, slot, mark }, error);
      session.give(slot);
      throw error;
    }
  }

  // It is that of the slots, or one that the caller writes with: a fence tells, for it is written with the former alone.
  async #withoutLease(doubt: Doubt, { lost }: CallError): Promise<Outcome> {
    try {
      return await this.#fence(doubt);
    } catch (error) {
      if (!(error instanceof CallError)) throw error;
      if (error.fault !== 'lease-absent') throw lost ? this.#doubt(doubt, error) : error;
      doubt.session.lose();
      if (lost) throw this.#doubtful(error);
      return 'unknown';
    }
  }

  async #settleAll(): Promise<void> {
    await Promise.all([...this.#doubts].map((doubt) => this.#settle(doubt)));
  }

  async #settle(doubt: Doubt): Promise<void> {
    try {
      await this.#fence(doubt);
    } catch (error) {
      // What is written with a lease that is gone is not made.
      if (!(error instanceof CallError && error.fault === 'lease-absent')) throw error;
      doubt.session.lose();
    }
    this.#doubts.delete(doubt);
  }

  async #fence({ session, slot, mark }: Doubt): Promise<Outcome> {
    const outcome = slot.outcome(mark, await this.#send(() => slot.fence(mark)), true);
    session.give(slot);
    return outcome;
  }

  #doubt(doubt: Doubt, error: CallError): Error {
    this.#doubts.add(doubt);
    return this.#doubtful(error);
  }

  #doubtful(cause: Error): Error {
    return failure('store-doubtful', { etcd: this.#members.name, reason: cause.message }, { cause });
  }

  #open(): Promise<Session> {
    if (this.#session) return this.#session;
    const opening = Session.open(this.#members, this.#keys, SESSION);
    const forget = () => {
      if (this.#session === opening) this.#session = undefined;
    };
    this.#session = opening;
    opening.then(({ lost }) => lost.addEventListener('abort', forget), forget);
    return opening;
  }

  #send(txn: () => TxnRequest): Promise<TxnResponse> {
    return this.#members.run((link, time) => link.call(calls.txn, txn(), time));
  }
}
