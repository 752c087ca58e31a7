import { classIn } from './constants.js';
import { copyOctets, write16, write32 } from './octets.js';

const pointerToQuestion = 0xc00c; // a name that begins at octet 12 (RFC 1035 §4.1.4)

/** Octets of a record of the asked name before its data. */
export const recordHead = 12;

/** Writes a record of the asked name. Returns where it ends. */
export function writeRecord(out: Uint8Array, at: number, type: number, ttl: number, data: Uint8Array, start: number, end: number): number {
  write16(out, at, pointerToQuestion);
  write16(out, at + 2, type);
  write16(out, at + 4, classIn);
  write32(out, at + 6, ttl);
  write16(out, at + 10, end - start);
  copyOctets(data, start, end, out, at + recordHead);
  return at + recordHead + end - start;
}

/** Puts the data of `count` records of equal size in random order (Fisher and Yates). `random` gives numbers from 0 to below 1. */
export function shuffleRecords(out: Uint8Array, at: number, count: number, dataLength: number, random: () => number): void {
  const step = recordHead + dataLength;
  for (let last = count - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    if (other !== last) swap(out, at + last * step + recordHead, at + other * step + recordHead, dataLength);
  }
}

function swap(out: Uint8Array, one: number, other: number, length: number): void {
  for (let index = 0; index < length; index += 1) {
    const octet = out[one + index] ?? 0;
    out[one + index] = out[other + index] ?? 0;
    out[other + index] = octet;
  }
}
