import type { RE2JS } from 're2js';
import type { Filters } from './filters.js';
import { Refusal } from './refusal.js';

/** The values of a filter are as long as a name at most. */
const LONGEST = 256;
// All that most filters need: part of a name.
const PLAIN = /^[\w/-]*$/;

let engine: typeof RE2JS | undefined;
// One value is asked of object after object.
let last: { readonly value: string; readonly pattern: RE2JS } | undefined;

/** Whether the value of a filter is found in a text: it is a regular expression, as with the Engine, and was required before. */
export const found = (text: string, value: string): boolean =>
  text === value || (PLAIN.test(value) ? text.includes(value) : (patternOf(value)?.matcher(text).find() ?? false));

/** Refuses values of these filters that are no regular expression of Go's. They take a time that grows with the text alone, whoever wrote them (RE2). */
export async function requirePatterns(filters: Filters, names: readonly string[]): Promise<void> {
  for (const name of names)
    for (const value of filters.get(name) ?? []) {
      if (PLAIN.test(value)) continue;
      // Few ask so, and nobody else is to have it in his memory.
      ({ RE2JS: engine } = await import('re2js'));
      if (!patternOf(value)) throw new Refusal(400, `invalid filter '${name}=${value.slice(0, 60)}': no regular expression`);
    }
}

function patternOf(value: string): RE2JS | undefined {
  if (last?.value === value) return last.pattern;
  if (!engine || value.length > LONGEST) return undefined;
  try {
    last = { value, pattern: engine.compile(value) };
    return last.pattern;
  } catch {
    return undefined;
  }
}
