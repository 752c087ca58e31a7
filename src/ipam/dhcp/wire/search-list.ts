import { isDomain } from './is-domain.js';

/** How many names of a list are taken: resolv.conf(5) of old libcs knows no more. */
const MOST = 6;

/** The names of option 119 (RFC 3397): compressed as in DNS, a pointer leading only backwards. What is none, and all behind it, is left out. Takes any octets. */
export function readSearchList(bytes: Uint8Array): readonly string[] {
  const names: string[] = [];
  for (let at = 0; at < bytes.length && names.length < MOST; ) {
    const read = readName(bytes, at);
    if (read === undefined) break;
    if (isDomain(read.name)) names.push(read.name);
    at = read.end;
  }
  return names;
}

function readName(bytes: Uint8Array, start: number): { readonly name: string; readonly end: number } | undefined {
  const labels: string[] = [];
  let [at, end, lowest] = [start, -1, start];
  for (;;) {
    const length = bytes[at];
    if (length === undefined || labels.length > 127) return undefined;
    if (length === 0) return { name: labels.join('.').toLowerCase(), end: end < 0 ? at + 1 : end };
    if (length >= 0xc0) {
      const to = ((length & 0x3f) << 8) | (bytes[at + 1] ?? 0xff);
      // Each leads further back than the last one, so that no circle is run.
      if (to >= lowest || at + 1 >= bytes.length) return undefined;
      if (end < 0) end = at + 2;
      [at, lowest] = [to, to];
      continue;
    }
    if (length > 63 || at + 1 + length > bytes.length) return undefined;
    labels.push(Buffer.from(bytes.subarray(at + 1, at + 1 + length)).toString('latin1'));
    at += 1 + length;
  }
}
