import { flag, headerLength, ourPayload, plainPayload, rcode, rrType, streamPayload } from './constants.js';
import { copyOctets, write16 } from './octets.js';
import type { Question } from './question.js';

/** How a query came and its answer goes. */
export type Transport = 'udp' | 'tcp';

/** Octets of our OPT record. */
export const optLength = 11;

/** What an answer may take: what the client said, over TCP all that fits, and never more than there is of `out`. */
export function replyLimit(question: Question, transport: Transport, out: Uint8Array): number {
  const wanted = transport === 'tcp' ? streamPayload : question.edns ? question.payload : plainPayload;
  return Math.min(wanted, out.length);
}

/** Begins an answer with a header and the question as it was asked, its case too. Returns where the records begin. `more` are further bits of the header. */
export function beginReply(question: Question, result: number, out: Uint8Array, more = 0): number {
  const asked = question.flags;
  const kept = asked & (flag.opcode | flag.recursionDesired | flag.checkingDisabled);
  write16(out, 0, question.id);
  write16(out, 2, flag.response | kept | flag.recursionAvailable | more | (result & 0xf));
  write16(out, 4, question.end > headerLength ? 1 : 0);
  write16(out, 6, 0);
  write16(out, 8, 0);
  write16(out, 10, 0);
  copyOctets(question.message, headerLength, question.end, out, headerLength);
  return question.end;
}

/** Ends an answer whose records end at `at`: our OPT record when the client knows EDNS, behind `additional` others. Returns its length. */
export function endReply(question: Question, result: number, out: Uint8Array, at: number, additional = 0): number {
  if (!question.edns) return at;
  write16(out, 10, additional + 1);
  return writeOpt(out, at, result >>> 4, question.dnssecOk);
}

/** Writes an answer without records. Returns its length: at most 282 octets. */
export const refuse = (question: Question, result: number, out: Uint8Array): number => endReply(question, result, out, beginReply(question, result, out));

/** Writes an answer that does not fit, without any record, so that nobody takes a part for the whole (RFC 2181 §9). Returns its length. */
export const truncate = (question: Question, out: Uint8Array): number =>
  endReply(question, rcode.noError, out, beginReply(question, rcode.noError, out, flag.truncated));

/** Writes an OPT record of EDNS version 0. Returns where it ends. */
export function writeOpt(out: Uint8Array, at: number, extendedRcode: number, dnssecOk: boolean): number {
  out[at] = 0;
  write16(out, at + 1, rrType.opt);
  write16(out, at + 3, ourPayload);
  out[at + 5] = extendedRcode;
  out[at + 6] = 0;
  write16(out, at + 7, dnssecOk ? 0x8000 : 0);
  write16(out, at + 9, 0);
  return at + optLength;
}
