import type { Operation, Resource } from '../../../resource/resource.js';
import { NLM_F_ACK } from '../netlink/constants.js';
import { Writer } from '../netlink/writer.js';
import type { Answer } from './answer.js';
import { NFNL_MSG_BATCH_BEGIN, NFNL_MSG_BATCH_END } from './constants.js';
import { ElementGroup, type Ends } from './element-group.js';
import { writeMark, writeTable, writeTableDeletion } from './message.js';

/** A batch as bytes for one `send`, and what its answers will mean. */
export interface Transaction {
  readonly bytes: Uint8Array;
  /**
   * If all is well the last sequence number is acknowledged, and before it each one of a table. If not, nothing is done, and each message that failed is
   * answered with its errno, in their order; one that the kernel refuses whole (EPERM) is answered under the first number.
   */
  readonly answers: readonly Answer[];
  /** The first sequence number that is free. */
  readonly next: number;
}

/**
 * One atomic transaction for operations on our table and its elements. What is there already is EEXIST, what is to be deleted
 * and is not there ENOENT. Throws for operations of other kinds and for elements that no set of ours can hold.
 */
export function encodeTransaction(operations: readonly Operation[], { instance }: { readonly instance: string }, sequence: number): Transaction {
  if (operations.length === 0) return { bytes: new Uint8Array(), answers: [], next: sequence };
  const w = new Writer(operations.length < 8 ? 1024 : 0x10000);
  const answers: Answer[] = [];
  const next = (): number => sequence + answers.length;
  const group = new ElementGroup();
  // Each acknowledgement is made by the kernel and fetched by a call of its own: of elements the last alone is asked for, and says as much.
  let unasked: number | undefined;
  const flush = (): void =>
    group.flush(w, next, (answer, start) => {
      answers.push(answer);
      unasked = start;
    });

  writeMark(w, NFNL_MSG_BATCH_BEGIN, sequence);
  for (const operation of operations) {
    const element = endsOf(operation, 'element');
    if (element) {
      if (!group.takes(element)) flush();
      group.add(operation, element);
      continue;
    }
    flush();
    const table = endsOf(operation, 'table');
    if (!table) throw new Error(`no operation of nftables: ${JSON.stringify(operation)}`);
    if (table.from) writeTableDeletion(w, table.from, next(), table.to ? 0 : NLM_F_ACK);
    if (table.to) writeTable(w, table.to, instance, next());
    answers.push({ sequence: next(), operation, operationAt: () => operation });
    unasked = undefined;
  }
  flush();
  if (unasked !== undefined) w.flag(unasked, NLM_F_ACK);
  writeMark(w, NFNL_MSG_BATCH_END, sequence);
  return { bytes: w.take(), answers, next: next() };
}

/** What an operation takes away and what it makes, if both are of this kind. */
function endsOf<Kind extends Resource['kind']>(operation: Operation, kind: Kind): Ends<Extract<Resource, { kind: Kind }>> | undefined {
  const is = (resource: Resource): resource is Extract<Resource, { kind: Kind }> => resource.kind === kind;
  if (operation.do === 'change') return is(operation.from) && is(operation.to) ? { from: operation.from, to: operation.to } : undefined;
  if (!is(operation.resource)) return undefined;
  return operation.do === 'create' ? { to: operation.resource } : { from: operation.resource };
}
