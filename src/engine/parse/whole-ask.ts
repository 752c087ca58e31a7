import { unlikeAnAsk } from '../../model/unlike-an-ask.js';
import { wrong } from '../../model/wrong.js';
import { anything, type Check, listOf, text } from './shape.js';

/** What is asked for, if it is an object of this form: in a library everything can be handed in. Throws `value-invalid`. */
export function wholeAsk<T>(field: string, ask: T, form: Check): T {
  if (typeof ask !== 'object' || ask === null || Array.isArray(ask)) throw wrong(field, ask, 'no object');
  const kind = unlikeAnAsk(ask);
  if (kind !== undefined) throw wrong(field, ask, kind);
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
