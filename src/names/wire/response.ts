import { flag, headerLength, rcode, rrType } from './constants.js';
import { Lifetime } from './lifetime.js';
import { lowerCase } from './name-key.js';
import { read16, read32 } from './octets.js';
import type { Question } from './question.js';
import { readRecord } from './record.js';

/** What an upstream answered. */
export interface Response {
  /** The answer without its OPT record and what follows that: a view of what was received. */
  readonly message: Uint8Array;
  /** How many additional records are left in it. */
  readonly additional: number;
  /** The rcode, with the bits of the OPT record. */
  readonly result: number;
  readonly truncated: boolean;
  /** Seconds for which it may be kept; 0: not at all. */
  readonly lifetime: number;
  /** Where in the message times to live are. */
  readonly ttls: readonly number[];
}

/**
 * Reads the answer of `length` octets to the question that was sent with this id. `undefined` for whatever is not that
 * answer or cannot be read: the answer may be still to come, so whoever waits goes on waiting. Takes any octets.
 */
export function readResponse(message: Uint8Array, length: number, question: Question, id: number): Response | undefined {
  if (length < headerLength || read16(message, 0) !== id) return undefined;
  const flags = read16(message, 2);
  if ((flags & flag.response) === 0 || (flags & flag.opcode) !== 0) return undefined;
  const questions = read16(message, 4);
  const result = flags & 0xf;
  // Some servers refuse without repeating the question.
  if (questions === 0 && result !== rcode.noError && result !== rcode.nameError) return bare(message, headerLength, result, false);
  if (questions !== 1 || length < question.end || !isSameQuestion(message, question)) return undefined;
  // Clients get nothing of it (RFC 2181 §9), and not every server cuts between two records.
  if ((flags & flag.truncated) !== 0) return bare(message, question.end, result, true);
  return readSections(message, length, question);
}

/** True when the next upstream is to be asked: this one cannot or will not say. */
export const isFailure = ({ result }: Response): boolean => result === rcode.serverFailure || result === rcode.refused || result >= rcode.badVersion;

const bare = (message: Uint8Array, end: number, result: number, truncated: boolean): Response => ({
  message: message.subarray(0, end),
  additional: 0,
  result,
  truncated,
  lifetime: 0,
  ttls: [],
});

// In whatever case: not every server repeats it as it was. No pointers, as nothing is before it.
function isSameQuestion(message: Uint8Array, { message: asked, end }: Question): boolean {
  const nameEnd = end - 4;
  for (let at = headerLength; at < nameEnd; at += 1) {
    if (lowerCase(message[at] ?? 0) !== lowerCase(asked[at] ?? 0)) return false;
  }
  return read32(message, nameEnd) === read32(asked, nameEnd);
}

// Where times to live are, how long all may be kept, and where the part ends that clients get.
function readSections(message: Uint8Array, length: number, question: Question): Response | undefined {
  const answers = read16(message, 6);
  const authorities = answers + read16(message, 8);
  const records = authorities + read16(message, 10);
  const lifetime = new Lifetime(question.type);
  const ttls: number[] = [];
  let opt: { readonly at: number; readonly index: number; readonly extended: number } | undefined;
  let at = question.end;
  for (let index = 0; index < records; index += 1) {
    const record = readRecord(message, at, length);
    if (record === undefined) return undefined;
    if (record.type === rrType.opt) {
      if (opt !== undefined || index < authorities) return undefined;
      opt = { at, index, extended: message[record.ttlAt] ?? 0 };
    }
    // What follows the OPT record is left out: additional records are hints, and moving them would break their pointers.
    if (opt === undefined) {
      ttls.push(record.ttlAt);
      lifetime.see(message, record, index < answers ? 'answer' : index < authorities ? 'authority' : 'additional');
    }
    at = record.end;
  }
  const result = (read16(message, 2) & 0xf) | ((opt?.extended ?? 0) << 4);
  return {
    message: message.subarray(0, opt?.at ?? at),
    additional: (opt?.index ?? records) - authorities,
    result,
    truncated: false,
    lifetime: lifetime.seconds(result),
    ttls,
  };
}
