// Numbers in network order. What lies behind the end reads as zero: readers compare with the length themselves.

/** The 16 bits at this offset. */
export const read16 = (from: Uint8Array, at: number): number => ((from[at] ?? 0) << 8) | (from[at + 1] ?? 0);

/** The 32 bits at this offset. */
export const read32 = (from: Uint8Array, at: number): number => read16(from, at) * 0x1_0000 + read16(from, at + 2);

/** Writes 16 bits. */
export function write16(to: Uint8Array, at: number, value: number): void {
  to[at] = value >>> 8;
  to[at + 1] = value;
}

/** Writes 32 bits. */
export function write32(to: Uint8Array, at: number, value: number): void {
  write16(to, at, value >>> 16);
  write16(to, at + 2, value);
}

/** Copies the octets from `start` to `end`; `subarray` and `set` cost more than the few octets of a question. */
export function copyOctets(from: Uint8Array, start: number, end: number, to: Uint8Array, target: number): void {
  for (let at = start; at < end; at += 1) to[target + at - start] = from[at] ?? 0;
}
