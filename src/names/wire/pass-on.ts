import { flag, headerLength, rcode } from './constants.js';
import { read16, read32, write16, write32 } from './octets.js';
import type { Question } from './question.js';
import { beginReply, endReply, optLength, refuse, replyLimit, type Transport, truncate } from './reply.js';
import type { Response } from './response.js';

/**
 * Writes what an upstream answered as the answer to this client: with its id, the case of its question, an OPT record when
 * it knows EDNS, and times to live that are `age` seconds shorter. Returns its length. `out` has room for 512 octets at least.
 */
export function passOn(response: Response, age: number, question: Question, out: Uint8Array, transport: Transport): number {
  const { message, result, truncated, additional, ttls } = response;
  if (result !== rcode.noError && result !== rcode.nameError) return refuse(question, result, out);
  const length = message.length + (question.edns ? optLength : 0);
  if (truncated || length > replyLimit(question, transport, out)) return truncate(question, out);
  const at = beginReply(question, result, out, authenticBit(question, message));
  for (let count = 6; count < headerLength; count += 1) out[count] = message[count] ?? 0;
  write16(out, 10, additional);
  out.set(message.subarray(at), at);
  for (const ttlAt of ttls) write32(out, ttlAt, Math.max(0, read32(message, ttlAt) - age));
  return endReply(question, result, out, message.length, additional);
}

// RFC 6840 §5.8: told to who asked for it. RFC 1035: that the answer is authoritative is true of the upstream, not of us.
function authenticBit(question: Question, message: Uint8Array): number {
  const wanted = question.dnssecOk || (question.flags & flag.authenticData) !== 0;
  return wanted ? read16(message, 2) & flag.authenticData : 0;
}
