import { setMaxListeners } from 'node:events';
import { wrong } from './wrong.js';

/**
 * The signal by which a call ends: a program in JavaScript may hand in something else, or nothing. Throws `value-invalid`. One that ends a whole program is
 * shared by all its calls: Node would warn of a leak at the eleventh.
 */
export function wholeSignal(signal: AbortSignal): AbortSignal {
  if (!(signal instanceof AbortSignal)) throw wrong('signal', signal, 'no AbortSignal', 'new AbortController().signal, or AbortSignal.timeout(5_000)');
  setMaxListeners(0, signal);
  return signal;
}
