import { randomFillSync } from 'node:crypto';

// Drawn many at a time: a call of the generator costs ten times what it gives to an id.
const drawn = new Uint16Array(2048);
let used = drawn.length;

/** The id of a query: 16 bits that nobody can guess (RFC 5452 §4.3). */
export function randomId(): number {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  return drawn[used++] ?? 0;
}
