import type { RequestOp } from './protocol.js';

// etcd takes 128 parts of a transaction (--max-txn-ops), and of one within another so many as the outer one leaves: 60 of 60 each.
const GROUP = 60;

/** The changes of one commit, put into transactions within the transaction where there are many: all under one revision still. */
export function nested(changes: readonly RequestOp[]): readonly RequestOp[] {
  if (changes.length <= GROUP) return changes;
  return Array.from({ length: Math.ceil(changes.length / GROUP) }, (_, i) => ({ request_txn: { success: changes.slice(i * GROUP, (i + 1) * GROUP) } }));
}
