import type { Id } from '../base/id.js';
import type { Addresses } from './addresses.js';
import { reversedIp } from './reverse.js';
import type { SandboxNames } from './sandbox-names.js';
import { asksService } from './service-name.js';
import { classIn, rcode, rrType } from './wire/constants.js';
import { write16 } from './wire/octets.js';
import { Question, unanswerable } from './wire/question.js';
import { recordHead, shuffleRecords, writeRecord } from './wire/records.js';
import { beginReply, endReply, optLength, refuse, replyLimit, type Transport, truncate } from './wire/reply.js';
import type { Zone } from './zone.js';

/** The length of the answer in `out`, or one of the two below. A number, because the hot path makes no objects. */
export type Outcome = number;

/** No answer at all. */
export const dropped: Outcome = 0;

/** An upstream must be asked. */
export const forwarded: Outcome = -1;

const ttl = 600; // seconds, Docker's

/** Answers what is asked from the zone. One for each thread: its question is used anew for each query. */
export class Answerer {
  /** What the last query asked: whoever forwards it, or looks into the cache for it, needs that. */
  readonly question = new Question();
  readonly #zone: Zone;
  readonly #random: () => number;

  /** `random` gives numbers from 0 to below 1. */
  constructor(zone: Zone, random: () => number) {
    this.#zone = zone;
    this.#random = random;
  }

  /** Answers a query of `length` octets from a sandbox into `out`, which has room for 512 octets at least. Takes any octets. */
  answer(sandbox: Id, query: Uint8Array, length: number, out: Uint8Array, transport: Transport): Outcome {
    const { question } = this;
    const result = question.read(query, length);
    if (result === unanswerable) return dropped;
    if (result !== rcode.noError) return refuse(question, result, out);
    const names = this.#zone.sandbox(sandbox);
    if (names === undefined || !isOrdinary(question)) return refuse(question, rcode.refused, out);
    const addresses = names.addresses(question.key, question.labels, question.labelCount);
    if (addresses !== undefined) return this.#addresses(addresses, out, transport);
    const ip = reversedIp(question.key);
    const pointer = ip === undefined ? undefined : names.pointer(ip);
    if (pointer !== undefined) return this.#pointer(pointer, out, transport);
    const servers = question.labelCount > 2 && asksService(question.key) ? names.servers(question.key, question.labels, question.labelCount) : undefined;
    if (servers !== undefined) return this.#service(servers, out, transport);
    return this.#unknown(names, out);
  }

  // A name of ours has addresses and nothing else. ANY gets all of them (RFC 8482 §4.1 leaves the choice to us).
  #addresses({ v4, v6 }: Addresses, out: Uint8Array, transport: Transport): number {
    const { question } = this;
    const any = question.type === rrType.any;
    const count4 = any || question.type === rrType.a ? v4.length / 4 : 0;
    const count6 = any || question.type === rrType.aaaa ? v6.length / 16 : 0;
    const room = replyLimit(question, transport, out) - question.end - (question.edns ? optLength : 0);
    if (count4 * (recordHead + 4) + count6 * (recordHead + 16) > room && transport === 'udp') return truncate(question, out);
    const at = beginReply(question, rcode.noError, out);
    // There is nowhere to go from TCP: what fits is the answer.
    const fit4 = Math.min(count4, Math.floor(room / (recordHead + 4)));
    const fit6 = Math.min(count6, Math.floor((room - fit4 * (recordHead + 4)) / (recordHead + 16)));
    const middle = this.#set(rrType.a, v4, 4, fit4, out, at);
    const end = this.#set(rrType.aaaa, v6, 16, fit6, out, middle);
    write16(out, 6, fit4 + fit6);
    return endReply(question, rcode.noError, out, end);
  }

  // The first `count` addresses of a packed set, in random order.
  #set(type: number, octets: Uint8Array, size: number, count: number, out: Uint8Array, start: number): number {
    let at = start;
    for (let index = 0; index < count; index += 1) at = writeRecord(out, at, type, ttl, octets, index * size, (index + 1) * size);
    shuffleRecords(out, start, count, size, this.#random);
    return at;
  }

  #pointer(target: Uint8Array, out: Uint8Array, transport: Transport): number {
    const { question } = this;
    const at = beginReply(question, rcode.noError, out);
    if (question.type !== rrType.ptr && question.type !== rrType.any) return endReply(question, rcode.noError, out, at);
    const length = recordHead + target.length + (question.edns ? optLength : 0);
    if (at + length > replyLimit(question, transport, out)) return truncate(question, out);
    const end = writeRecord(out, at, rrType.ptr, ttl, target, 0, target.length);
    write16(out, 6, 1);
    return endReply(question, rcode.noError, out, end);
  }

  // One record a server, with a name that is its alone; none for another type, nor where nobody serves that (RFC 2782).
  #service(servers: readonly Uint8Array[], out: Uint8Array, transport: Transport): number {
    const { question } = this;
    const wanted = question.type === rrType.srv || question.type === rrType.any ? servers : [];
    const limit = replyLimit(question, transport, out) - (question.edns ? optLength : 0);
    let at = beginReply(question, rcode.noError, out);
    let count = 0;
    const first = Math.floor(this.#random() * wanted.length);
    for (const each of [...wanted.slice(first), ...wanted.slice(0, first)]) {
      // As with addresses: over TCP what fits is the answer.
      if (at + recordHead + each.length > limit) break;
      at = writeRecord(out, at, rrType.srv, ttl, each, 0, each.length);
      count += 1;
    }
    if (count < wanted.length && transport === 'udp') return truncate(question, out);
    write16(out, 6, count);
    return endReply(question, rcode.noError, out, at);
  }

  // Whom to ask about a name that is nobody's here. With an upstream it is the one to know: a network may well be called `dev`
  // or `app`, and google.dev must still be found (Docker forwards these, too, and reverse names of addresses that nobody has).
  // Without one, a name that could only be ours does not exist, so that a program fails at once; of all others nothing is known.
  #unknown(names: SandboxNames, out: Uint8Array): Outcome {
    const { question } = this;
    const { key, labels, labelCount, type } = question;
    const single = labelCount === 1;
    // Who set ndots has search domains that come next (Docker).
    if (single && (names.sandbox.ndots ?? 0) > 0 && (type === rrType.a || type === rrType.aaaa)) return refuse(question, rcode.noError, out);
    if (type === rrType.aaaa && names.sandbox.manner?.withoutAaaa) return refuse(question, rcode.noError, out);
    if (names.sandbox.upstreams.length > 0) return forwarded;
    return refuse(question, single || names.belowNetwork(key, labels, labelCount) ? rcode.nameError : rcode.serverFailure, out);
  }
}

// Zone transfers and the types of transactions (249 TKEY to 252 AXFR) are between servers, OPT is no type to ask for, and in
// other classes than the Internet's there is nothing.
function isOrdinary({ class: asked, type }: Question): boolean {
  return asked === classIn && type !== rrType.opt && (type < rrType.tkey || type > rrType.axfr);
}
