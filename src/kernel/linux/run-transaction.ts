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
  const last = answers.at(-1)?.sequence;
  let failed: RefusedOperation | undefined;
  for (const message of answersOf(socket)) {
    const errno = errorOf(message);
    if (errno === undefined) continue;
    // Answers come in the order of the messages: none is left when the last is well.
    if (errno === 0 && message.sequence === last && !failed) return undefined;
    const answer = failed || errno === 0 ? undefined : answers.find(({ sequence }) => sequence === message.sequence);
    if (!answer) continue;
    const why = refusal(message, errno);
    failed = { operation: answer.operationAt(why.offset), refusal: why };
  }
  if (failed) return failed;
  throw new SystemError('recv', ENOBUFS);
}

/** All messages that are there to be read. */
export function* answersOf(socket: NetlinkSocket): Generator<NetlinkMessage> {
  for (let batch = socket.receive(); batch !== undefined; batch = socket.receive()) {
    if (batch === 'overrun') continue;
    yield* messages(batch);
  }
}
