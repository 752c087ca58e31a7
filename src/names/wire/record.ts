import { read16, read32 } from './octets.js';

/** A record as it stands in a message: offsets, no copies. */
export interface RecordPlace {
  readonly start: number;
  readonly type: number;
  /** Where its 32 bits of time to live are; its class is before them. */
  readonly ttlAt: number;
  readonly ttl: number;
  readonly dataAt: number;
  readonly end: number;
}

/** The record that begins at this offset. `undefined` when it is none or does not end within `length`. */
export function readRecord(message: Uint8Array, at: number, length: number): RecordPlace | undefined {
  const name = nameEnd(message, at, length);
  if (name === undefined || name + 10 > length) return undefined;
  const end = name + 10 + read16(message, name + 8);
  if (end > length) return undefined;
  return { start: at, type: read16(message, name), ttlAt: name + 4, ttl: read32(message, name + 4), dataAt: name + 10, end };
}

// Pointers are not followed, so nothing can loop here; one that does not point backwards would loop elsewhere (RFC 1035 §4.1.4:
// "a prior occurrence").
function nameEnd(message: Uint8Array, start: number, length: number): number | undefined {
  let at = start;
  while (at < length) {
    const size = message[at] ?? 0;
    if (size === 0) return at + 1;
    if (size >= 0xc0) return at + 2 <= length && (read16(message, at) & 0x3fff) < start ? at + 2 : undefined;
    if (size > 63 || at - start + size > 253) return undefined;
    at += size + 1;
  }
  return undefined;
}
