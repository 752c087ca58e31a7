import { rcode, rrType } from './constants.js';
import { read32 } from './octets.js';
import type { RecordPlace } from './record.js';

const longestPositive = 86_400; // a day, in seconds
const longestNegative = 10_800; // three hours, as RFC 2308 §5 advises

/** For how long an answer may be kept: it is shown the records before the OPT record, and then asked. */
export class Lifetime {
  readonly #asked: number;
  #lowest = longestPositive;
  #answered = false;
  /** Of the SOA records. */
  #minimum: number | undefined;

  /** `asked` is the type that was asked for. */
  constructor(asked: number) {
    this.#asked = asked;
  }

  see(message: Uint8Array, record: RecordPlace, section: 'answer' | 'authority' | 'additional'): void {
    // RFC 2181 §8: with the highest bit set it is zero.
    this.#lowest = Math.min(this.#lowest, record.ttl > 0x7fff_ffff ? 0 : record.ttl);
    if (section === 'answer') this.#answered ||= record.type === this.#asked || this.#asked === rrType.any;
    // The last 32 bits of a SOA record: how long "there is none" holds (RFC 2308 §4).
    if (section === 'authority' && record.type === rrType.soa) this.#minimum = read32(message, record.end - 4);
  }

  /** Seconds; 0: it may not be kept. */
  seconds(result: number): number {
    if (result === rcode.noError && this.#answered) return this.#lowest;
    const negative = result === rcode.noError || result === rcode.nameError;
    // Without a SOA record "there is none" is not kept (RFC 2308 §5), and a referral to other servers has none.
    return negative && this.#minimum !== undefined ? Math.min(this.#lowest, this.#minimum, longestNegative) : 0;
  }
}
