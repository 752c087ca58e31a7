import { failure } from '../base/error.js';

/** The signal that ends a stream of events: a program in JavaScript may hand in something else, or nothing. Throws `value-invalid`. */
export function wholeSignal(signal: AbortSignal): AbortSignal {
  if (signal instanceof AbortSignal) return signal;
  throw failure('value-invalid', { field: 'signal', value: typeof signal, reason: 'no AbortSignal', mend: 'fairlead.events(new AbortController().signal)' });
}
