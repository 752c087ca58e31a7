import { classIn, flag, headerLength, plainPayload, rcode, rrType } from './constants.js';
import { lowerCase, type NameKey } from './name-key.js';
import { read16 } from './octets.js';
import { readRecord } from './record.js';

/** What `Question.read` gives for a message that must not be answered: shorter than a header, or itself an answer. */
export const unanswerable = -1;

const longestName = 254; // octets without the root's zero (RFC 1035 §2.3.4)
const lowered = Buffer.alloc(longestName);

/**
 * What a client asks. One object for many queries: reading the next one overwrites it, and nothing is made but the key. It
 * looks into the bytes that it was read from, which must stay as they are while it is used.
 */
export class Question {
  message: Uint8Array = new Uint8Array(headerLength);
  /** The header's second word. */
  flags = 0;
  key: NameKey = '';
  type = 0;
  class = classIn;
  /** Where each label begins in the key. */
  readonly labels = new Uint8Array(128);
  labelCount = 0;
  /** Where the question ends in the message: at the header's end while none could be read. */
  end = headerLength;
  /** True when the client knows EDNS (RFC 6891). */
  edns = false;
  /** What the client takes in a datagram, in octets. */
  payload = plainPayload;
  /** True when the client wants the records of DNSSEC (RFC 3225). */
  dnssecOk = false;
  /** The version of EDNS; there is none but 0. */
  #version = 0;

  get id(): number {
    return read16(this.message, 0);
  }

  /** Reads a message of `length` octets: `rcode.noError`, the rcode with which it must be refused, or `unanswerable`. Takes any octets. */
  read(message: Uint8Array, length: number): number {
    this.#forget(message);
    if (length < headerLength) return unanswerable;
    this.flags = read16(message, 2);
    if ((this.flags & flag.response) !== 0) return unanswerable;
    if ((this.flags & flag.opcode) !== 0) return rcode.notImplemented;
    // RFC 9619: a query has one question.
    if (read16(message, 4) !== 1 || !this.#readName(message, length)) return rcode.formatError;
    const sections = read16(message, 6) + read16(message, 8);
    const records = sections + read16(message, 10);
    if (records > 0) return this.#readRecords(message, length, sections, records);
    return this.end === length ? rcode.noError : rcode.formatError;
  }

  #forget(message: Uint8Array): void {
    this.message = message;
    this.flags = 0;
    this.key = '';
    this.labelCount = 0;
    this.end = headerLength;
    this.edns = false;
    this.payload = plainPayload;
    this.dnssecOk = false;
    this.#version = 0;
  }

  // No pointers: there is nothing before the first name that one could point to.
  #readName(message: Uint8Array, length: number): boolean {
    let at = headerLength;
    let count = 0;
    for (let size = message[at] ?? 0; size > 0; size = message[at] ?? 0) {
      const last = at + size;
      if (size > 63 || last >= length || last - headerLength >= longestName) return false;
      this.labels[count] = at - headerLength;
      count += 1;
      lowered[at - headerLength] = size;
      for (at += 1; at <= last; at += 1) lowered[at - headerLength] = lowerCase(message[at] ?? 0);
    }
    if (at + 5 > length) return false;
    this.key = lowered.toString('latin1', 0, at - headerLength);
    this.labelCount = count;
    this.type = read16(message, at + 1);
    this.class = read16(message, at + 3);
    this.end = at + 5;
    return true;
  }

  // The OPT record is looked for, the others are passed over. `sections` records come before the additional ones.
  #readRecords(message: Uint8Array, length: number, sections: number, records: number): number {
    let at = this.end;
    for (let index = 0; index < records; index += 1) {
      const record = readRecord(message, at, length);
      if (record === undefined) return rcode.formatError;
      if (record.type === rrType.opt) {
        // RFC 6891 §6.1.1: one, of the root, in the additional section.
        if (this.edns || index < sections || message[at] !== 0) return rcode.formatError;
        this.#readOpt(message, record.ttlAt);
      }
      at = record.end;
    }
    if (at !== length) return rcode.formatError;
    return this.#version !== 0 ? rcode.badVersion : rcode.noError;
  }

  // Class is the payload, the time to live is rcode, version and flags (RFC 6891 §6.1.3).
  #readOpt(message: Uint8Array, ttlAt: number): void {
    this.edns = true;
    this.payload = Math.max(plainPayload, read16(message, ttlAt - 2));
    this.#version = message[ttlAt + 1] ?? 0;
    this.dnssecOk = ((message[ttlAt + 2] ?? 0) & 0x80) !== 0;
  }
}
