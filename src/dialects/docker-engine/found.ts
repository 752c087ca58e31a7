import { linearPattern, type Pattern } from '../../base/linear-pattern.js';
import type { Filters } from './filters.js';
import { Refusal } from './refusal.js';

/** Whether the value of a filter is found in a text: it is a regular expression, as with the Engine. */
export const found = (text: string, value: string): boolean => text === value || patternOf(value)(text);

/** Refuses values of these filters that are no regular expression, or none that is read here. */
export function requirePatterns(filters: Filters, names: readonly string[]): void {
  for (const name of names) for (const value of filters.get(name) ?? []) patternOf(value, name);
}

function patternOf(value: string, name = 'name'): Pattern {
  if (PLAIN.test(value)) return (text) => text.includes(value);
  const pattern = last?.value === value ? last.pattern : linearPattern(value);
  if (!pattern) throw new Refusal(400, `invalid filter '${name}=${value.slice(0, 60)}': no regular expression that is read here`);
  last = { value, pattern };
  return pattern;
}

const PLAIN = /^[\w/-]*$/;

// One value is asked of object after object.
let last: { readonly value: string; readonly pattern: Pattern } | undefined;
