import type { KnownBytes } from './known-bytes.js';

const SIZE = 64;

/** The registers of nf_tables as bytes of which some are known: 1 to 4 hold sixteen, 8 to 23 are the four-byte slices of the same. */
export class Registers {
  // Most rules end at their first match, many without one: what is not written takes no room.
  #bytes: (number | undefined)[] = [];

  read(register: number, length: number): KnownBytes {
    const at = offsetOf(register);
    const bytes: (number | undefined)[] = [];
    for (let index = at; index < at + length; index++) bytes.push(this.#bytes[index]);
    return bytes;
  }

  write(register: number, bytes: KnownBytes): void {
    const at = offsetOf(register);
    for (let index = 0; index < bytes.length && at + index < SIZE; index++) this.#bytes[at + index] = bytes[index];
  }

  /** Nothing in them is known any more. */
  forget(): void {
    this.#bytes = [];
  }
}

// NFT_REG_1 is 1, NFT_REG32_00 is 8 (include/uapi/linux/netfilter/nf_tables.h). What is none is behind the end: unknown.
const offsetOf = (register: number): number => {
  if (register >= 1 && register <= 4) return (register - 1) * 16;
  return register >= 8 && register < 24 ? (register - 8) * 4 : SIZE;
};
