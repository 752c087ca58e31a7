import type { Revision } from '../store.js';
import type { Compare, RequestOp, TxnRequest, TxnResponse } from './protocol.js';

/** What became of a commit; `unknown`: its slot holds what somebody else wrote. */
export type Outcome = Revision | false | 'unknown';

/** What is to be done by a commit, and the mark by which it is known. */
export interface Marked {
  readonly mark: string;
  readonly compare: readonly Compare[];
  readonly changes: readonly RequestOp[];
}

const refused = (mark: string) => `${mark} refused`;

/**
 * A key of ours that every commit writes along, one commit at a time. A commit is made only if the slot is as the one before left
 * it, so it is made once, however often it is sent; and what became of it can be read.
 *
 *     at r ─┬─ the commit is made at R ────────────▶ at R: its mark
 *           ├─ it was sent again and is refused ───▶ at R: its mark, "refused"
 *           └─ it is fenced: nobody waits for it ──▶ at R: its mark, "refused"
 *
 * Whichever etcd applies first is the only one: the others find the slot away from r, also when they were on their way for long
 * through a member that was cut off.
 */
export class Slot {
  #at: Revision = 0;

  constructor(
    readonly key: Buffer,
    readonly lease: string,
  ) {}

  /** The transaction that makes the commit once. Sent again, it also settles that the commit is refused: another of them may still be on its way. */
  commit({ mark, compare, changes }: Marked, again: boolean): TxnRequest {
    const failure = again ? [{ request_txn: this.fence(mark) }, this.#read] : [this.#read];
    return { compare: [this.#unmoved, ...compare], success: [this.#put(mark), ...changes], failure };
  }

  /** The transaction after which the commit with this mark is made, or refused for good. */
  fence(mark: string): TxnRequest {
    return { compare: [this.#unmoved], success: [this.#put(refused(mark))], failure: [this.#read] };
  }

  /** What an answer to `commit` or `fence` says of the commit with this mark. From here on the slot is where the answer says. */
  outcome(mark: string, { succeeded, header, responses }: TxnResponse, fenced = false): Outcome {
    const before = this.#at;
    if (succeeded) {
      this.#at = Number(header.revision);
      return fenced ? false : this.#at;
    }
    const found = responses.at(-1)?.response_range?.kvs[0];
    this.#at = Number(found?.mod_revision ?? 0);
    const left = found?.value.toString();
    if (left === mark) return this.#at;
    return left === refused(mark) || this.#at === before ? false : 'unknown';
  }

  get #unmoved(): Compare {
    return { target: 2, key: this.key, mod_revision: this.#at };
  }

  get #read(): RequestOp {
    return { request_range: { key: this.key } };
  }

  #put(mark: string): RequestOp {
    return { request_put: { key: this.key, value: Buffer.from(mark), lease: this.lease } };
  }
}
