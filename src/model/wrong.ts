import { failure, type FairleadError } from '../base/error.js';

/** The refusal of a value that a program handed in: `value-invalid`, in the same words by the engine and by the client. */
export const wrong = (field: string, value: unknown, reason: string, mend = 'what it takes: docs/guides/library.md'): FairleadError =>
  failure('value-invalid', { field, value: shown(value), reason, mend });

/** A value as a message names it. An object may refuse to be a text. */
export function shown(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'symbol' || typeof value === 'function') return typeof value;
  return typeof value === 'object' && value !== null ? 'an object' : String(value).slice(0, 200);
}
