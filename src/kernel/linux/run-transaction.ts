import type { Operation } from '../../resource/resource.js';
import { ENOBUFS } from './errno.js';
import { SystemError } from './libc.js';
import { errorOf, messages, type NetlinkMessage } from './netlink/reader.js';
import { type NetlinkSocket, nextSequence, type Refusal, refusal } from './netlink-socket.js';
import { encodeTransaction } from './nftables/transaction.js';

/** An operation that nf_tables refused, and why. Nothing of its transaction was done. */
export interface RefusedOperation {
  readonly operation: Operation;
  readonly refusal: Refusal;
}

/** Makes all of these operations on the tables of an instance, or none and answers what stood in the way. */
export function runTransaction(socket: NetlinkSocket, instance: string, operations: readonly Operation[]): RefusedOperation | undefined {
  if (operations.length === 0) return undefined;
  const { bytes, answers } = encodeTransaction(operations, { instance }, nextSequence(2 * operations.length + 16));
  socket.send(bytes);
  const missing = new Map(answers.map((answer) => [answer.sequence, answer]));
  const first = answers[0];
  let failed: RefusedOperation | undefined;
  for (const message of answersOf(socket)) {
    const errno = errorOf(message);
    if (errno === undefined) continue;
    const answer = missing.get(message.sequence);
    if (errno === 0) missing.delete(message.sequence);
    else if (answer) {
      const why = refusal(message, errno);
      failed ??= { operation: answer.operationAt(why.offset), refusal: why };
    }
  }
  if (failed || missing.size === 0 || !first) return failed;
  throw new SystemError('recv', ENOBUFS);
}

/** All messages that are there to be read. */
export function* answersOf(socket: NetlinkSocket): Generator<NetlinkMessage> {
  for (let batch = socket.receive(); batch !== undefined; batch = socket.receive()) {
    if (batch === 'overrun') continue;
    yield* messages(batch);
  }
}
