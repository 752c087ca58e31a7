import { flag } from './wire/constants.js';
import { passOn } from './wire/pass-on.js';
import type { Question } from './wire/question.js';
import type { Transport } from './wire/reply.js';
import type { Response } from './wire/response.js';

interface Kept {
  readonly response: Response;
  /** Milliseconds of the caller's clock. */
  readonly since: number;
  readonly octets: number;
}

const overhead = 512; // octets of an entry beside its message and key: a guess on the safe side

/**
 * What upstreams answered, for as long as it holds. The one that was not used for longest goes first when there are too
 * many, or too many octets. Time is a parameter: milliseconds of a clock that never goes back.
 *
 * A `scope` is whom was asked: what one set of upstreams says is not told to who has others.
 */
export class Cache {
  // A map keeps the order of insertion: what is used is put in anew, so the first is the one to go.
  readonly #kept = new Map<string, Kept>();
  readonly #limits: { readonly entries: number; readonly octets: number };
  #octets = 0;

  constructor(limits: { readonly entries: number; readonly octets: number }) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** Octets that it takes, about. */
  get octets(): number {
    return this.#octets;
  }

  /** Writes the answer to this question into `out`, and returns its length; 0 when it is not kept. */
  answer(scope: string, question: Question, now: number, out: Uint8Array, transport: Transport): number {
    const key = keyOf(scope, question);
    const kept = this.#kept.get(key);
    if (kept === undefined) return 0;
    const age = Math.floor((now - kept.since) / 1000);
    this.#drop(key, kept);
    if (age >= kept.response.lifetime) return 0;
    this.#hold(key, kept);
    return passOn(kept.response, age, question, out, transport);
  }

  /** Keeps an answer, as a copy, when it may be kept. */
  put(scope: string, question: Question, response: Response, now: number): void {
    if (response.lifetime === 0) return;
    const key = keyOf(scope, question);
    const before = this.#kept.get(key);
    if (before !== undefined) this.#drop(key, before);
    const octets = response.message.length + response.ttls.length * 8 + key.length + overhead;
    if (octets > this.#limits.octets) return;
    this.#hold(key, { response: { ...response, message: new Uint8Array(response.message) }, since: now, octets });
    this.#shrink();
  }

  #hold(key: string, kept: Kept): void {
    this.#kept.set(key, kept);
    this.#octets += kept.octets;
  }

  #drop(key: string, kept: Kept): void {
    this.#kept.delete(key);
    this.#octets -= kept.octets;
  }

  #shrink(): void {
    for (const [key, kept] of this.#kept) {
      if (this.#kept.size <= this.#limits.entries && this.#octets <= this.#limits.octets) return;
      this.#drop(key, kept);
    }
  }
}

// What changes an answer: name, type and class, whether signatures are wanted or checked, whether it may be looked for elsewhere.
function keyOf(scope: string, { key, type, class: asked, flags, dnssecOk }: Question): string {
  const bits = (flags & (flag.recursionDesired | flag.checkingDisabled | flag.authenticData)) | (dnssecOk ? 1 : 0);
  return `${String.fromCharCode(type, asked, bits)}${scope}\0${key}`;
}
