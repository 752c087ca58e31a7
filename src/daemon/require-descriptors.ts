import { failure } from '../base/error.js';
import { mostOpenFiles } from '../base/most-open-files.js';

/** How many file descriptors the daemon needs with nothing attached: half of them at rest, the others while it loads what it is made of. */
const FLOOR = 160;

/** Throws `descriptors-few` where a start would fail somewhere on its way. */
export function requireDescriptors(): void {
  const limit = mostOpenFiles() ?? 'too few';
  if (typeof limit === 'string' || limit < FLOOR) throw failure('descriptors-few', { limit, floor: FLOOR });
}
