import { failure } from '../../base/error.js';
import { anything, type Check, listOf, shown, text } from './shape.js';

/** What is asked for, if it is an object of this form: in a library everything can be handed in. Throws `value-invalid`. */
export function wholeAsk<T>(field: string, ask: T, form: Check): T {
  if (typeof ask !== 'object' || ask === null || Array.isArray(ask))
    throw failure('value-invalid', { field, value: shown(ask), reason: 'no object', mend: 'what it takes: docs/guides/library.md' });
  form(ask, '');
  return ask;
}

/** The asks, if they are a list; each is looked at by itself. Throws `value-invalid`. */
export function wholeList<T>(field: string, asks: readonly T[]): readonly T[] {
  listOf(anything)(asks, field);
  return asks;
}

/** By what something is called, if it is a text. Throws `value-invalid`. */
export function wholeRef(kind: string, ref: string): string {
  text(ref, kind);
  return ref;
}
