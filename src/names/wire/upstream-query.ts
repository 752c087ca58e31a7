import { flag, headerLength } from './constants.js';
import { copyOctets, write16 } from './octets.js';
import type { Question } from './question.js';
import { writeOpt } from './reply.js';

/**
 * Writes the query with which an upstream is asked what the client asks, and returns its length: at most 282 octets. It is
 * made anew, not passed on: options of EDNS are between two neighbours (RFC 6891 §6.1.1), and what else a client may have
 * packed into its message goes nowhere. An upstream is asked with EDNS when the client knows it, so that what comes back
 * fits both.
 */
export function writeUpstreamQuery(question: Question, id: number, out: Uint8Array): number {
  write16(out, 0, id);
  write16(out, 2, question.flags & (flag.recursionDesired | flag.authenticData | flag.checkingDisabled));
  write16(out, 4, 1);
  write16(out, 6, 0);
  write16(out, 8, 0);
  write16(out, 10, question.edns ? 1 : 0);
  copyOctets(question.message, headerLength, question.end, out, headerLength);
  return question.edns ? writeOpt(out, question.end, 0, question.dnssecOk) : question.end;
}
