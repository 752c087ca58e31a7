import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Compare, RequestOp, TxnRequest, TxnResponse } from './protocol.js';
import { Slot } from './slot.js';

const key = (name: string) => Buffer.from(name);
const slotKey = key('/commits/1/0');

/** What etcd does with transactions: one after the other, each under one revision. */
class Rows {
  revision = 1;
  readonly rows = new Map<string, { readonly value: Buffer; readonly at: number }>();
  /** How often the record was written. */
  writes = 0;

  apply(txn: TxnRequest): TxnResponse {
    const next = this.revision + 1;
    const answer = this.#run(txn, next);
    if ([...this.rows.values()].some(({ at }) => at === next)) this.revision = next;
    return { ...answer, header: { cluster_id: '1', revision: String(this.revision) } };
  }

  /** Whether the commits' condition holds: that `other` is not there. */
  condition(holds: boolean): void {
    if (holds) this.rows.delete('other');
    else this.rows.set('other', { value: key('x'), at: 1 });
  }

  #run({ compare = [], success = [], failure = [] }: TxnRequest, next: number): Omit<TxnResponse, 'header'> {
    const succeeded = compare.every((each: Compare) => (this.rows.get(String(each.key))?.at ?? 0) === each.mod_revision);
    return { succeeded, responses: (succeeded ? success : failure).map((op) => this.#do(op, next)) };
  }

  #do(op: RequestOp, next: number): TxnResponse['responses'][number] {
    if ('request_txn' in op) this.#run(op.request_txn, next);
    if ('request_put' in op) {
      this.rows.set(String(op.request_put.key), { value: op.request_put.value, at: next });
      if (String(op.request_put.key) === 'record') this.writes++;
    }
    if (!('request_range' in op)) return {};
    const found = this.rows.get(String(op.request_range.key));
    const kvs = found ? [{ key: op.request_range.key, value: found.value, mod_revision: String(found.at) }] : [];
    return { response_range: { header: { cluster_id: '1', revision: '0' }, kvs, more: false } };
  }
}

describe('a slot', () => {
  it('says what became of its commit, whichever of the times it was sent are done, and when', () => {
    // Whether the condition holds may change at any time.
    const sent = fc.record({ arrives: fc.constantFrom('now', 'late', 'never'), answered: fc.boolean(), holds: fc.boolean() });
    const commit = fc.record({ tries: fc.array(sent, { minLength: 1, maxLength: 4 }), holdsLater: fc.boolean() });
    fc.assert(
      fc.property(fc.array(commit, { minLength: 1, maxLength: 6 }), (commits) => {
        const etcd = new Rows();
        const slot = new Slot(slotKey, '1');
        for (const [n, { tries, holdsLater }] of commits.entries()) {
          const before = etcd.writes;
          const marked = {
            mark: `mark ${n}`,
            compare: [{ target: 2 as const, key: key('other'), mod_revision: 0 }],
            changes: [{ request_put: { key: key('record'), value: key(String(n)) } }],
          };
          const late: TxnRequest[] = [];
          let outcome: ReturnType<Slot['outcome']> | undefined;
          for (const [i, { arrives, answered, holds }] of tries.entries()) {
            const txn = slot.commit(marked, i > 0);
            if (arrives === 'late') late.push(txn);
            etcd.condition(holds);
            const answer = arrives === 'now' ? etcd.apply(txn) : undefined;
            if (answer && answered) {
              outcome = slot.outcome(marked.mark, answer);
              break;
            }
          }
          etcd.condition(holdsLater);
          // Half of what is late comes before the fence, half after.
          if (outcome === undefined) for (const txn of late.splice(0, Math.ceil(late.length / 2))) etcd.apply(txn);
          outcome ??= slot.outcome(marked.mark, etcd.apply(slot.fence(marked.mark)), true);
          const made = etcd.writes - before;
          for (const txn of late) etcd.apply(txn);
          expect(etcd.writes - before).toBe(made);
          expect(made).toBe(outcome === false ? 0 : 1);
          if (outcome !== false) expect(etcd.rows.get('record')?.at).toBe(outcome);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('knows that somebody else wrote it, and is as good as before', () => {
    const etcd = new Rows();
    const slot = new Slot(slotKey, '1');
    const marked = (mark: string) => ({ mark, compare: [], changes: [] });
    expect(slot.outcome('a', etcd.apply(slot.commit(marked('a'), false)))).toBe(2);
    etcd.rows.delete(String(slotKey));
    expect(slot.outcome('b', etcd.apply(slot.commit(marked('b'), false)))).toBe('unknown');
    expect(slot.outcome('c', etcd.apply(slot.commit(marked('c'), false)))).toBe(3);
  });
});
