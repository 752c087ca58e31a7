import type { KnownBytes } from './known-bytes.js';

const SIZE = 64;

/** The registers of nf_tables as bytes of which some are known: 1 to 4 hold sixteen, 8 to 23 are the four-byte slices of the same. */
export class Registers {
  #bytes: (number | undefined)[] = new Array<undefined>(SIZE).fill(undefined);

  read(register: number, length: number): KnownBytes {
    const at = offsetOf(register);
    return this.#bytes.slice(at, at + length);
  }

  write(register: number, bytes: KnownBytes): void {
    const at = offsetOf(register);
    for (const [index, byte] of bytes.entries()) if (at + index < SIZE) this.#bytes[at + index] = byte;
  }

  /** Nothing in them is known any more. */
  forget(): void {
    this.#bytes = new Array<undefined>(SIZE).fill(undefined);
  }
}

// NFT_REG_1 is 1, NFT_REG32_00 is 8 (include/uapi/linux/netfilter/nf_tables.h). What is none is behind the end: unknown.
const offsetOf = (register: number): number => {
  if (register >= 1 && register <= 4) return (register - 1) * 16;
  return register >= 8 && register < 24 ? (register - 8) * 4 : SIZE;
};
