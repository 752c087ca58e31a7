import { failure } from '../../base/error.js';

/** What is asked for, if it is an object: in a library everything can be handed in. Throws `value-invalid`. */
export function wholeAsk<T>(field: string, ask: T): T {
  if (typeof ask === 'object' && ask !== null && !Array.isArray(ask)) return ask;
  const value = Array.isArray(ask) ? 'a list' : typeof ask === 'symbol' || typeof ask === 'function' ? typeof ask : String(ask);
  throw failure('value-invalid', { field, value, reason: 'no object', mend: 'what it takes: docs/guides/library.md' });
}
