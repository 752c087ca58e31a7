import { type KnownBytes, unknown } from './known-bytes.js';

const BYTES = 4;
const NONE: KnownBytes = new Array<number>(BYTES).fill(0);

/**
 * The mark that others' rules gave to a packet on its way (`meta mark`), as far as it is known. What may have been given to it is not known any more, and never is again.
 */
export class PacketMark {
  readonly #begin: () => KnownBytes;
  #bytes: KnownBytes | undefined;
  #changes = 0;

  /** `begin`: what it begins with, found out when somebody asks for the mark; none else. */
  constructor(begin: () => KnownBytes = () => NONE) {
    this.#begin = begin;
  }

  get bytes(): KnownBytes {
    this.#bytes ??= this.#begin();
    return this.#bytes;
  }

  /** How often less became known of it since it began. */
  get changes(): number {
    return this.#changes;
  }

  /** A rule that the packet may have come to gives it this one. */
  mayBe(mark: KnownBytes): void {
    const before = this.bytes;
    if (before.every((byte, index) => byte === undefined || byte === mark[index])) return;
    this.#become(before.map((byte, index) => (byte === mark[index] ? byte : undefined)));
  }

  forget(): void {
    if (this.#bytes?.every((byte) => byte === undefined)) return;
    this.#become(unknown(BYTES));
  }

  #become(bytes: KnownBytes): void {
    this.#bytes = bytes;
    this.#changes++;
  }
}
