import type { KnownBytes } from './known-bytes.js';

const BYTES = 4;

/** The mark that others' rules gave to a packet on its way (`meta mark`), as far as it is known: it begins with none. What may have been given to it is not known any more. */
export class PacketMark {
  #bytes: (number | undefined)[] = new Array<number>(BYTES).fill(0);

  get bytes(): KnownBytes {
    return this.#bytes;
  }

  /** A rule that the packet may have come to gives it this one. */
  mayBe(mark: KnownBytes): void {
    this.#bytes = this.#bytes.map((byte, index) => (byte === mark[index] ? byte : undefined));
  }

  forget(): void {
    this.mayBe([]);
  }
}
