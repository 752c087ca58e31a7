import { failure } from '../base/error.js';

/** The value as JSON. Throws `value-invalid`, which names the field that JSON has no form for. */
export function encode(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch (error) {
    throw withoutForm(value, '', []) ?? wrong('what is asked', 'no text', String(error));
  }
}

// The first value inside that is a BigInt, or an object that holds itself.
function withoutForm(value: unknown, field: string, around: readonly unknown[]): Error | undefined {
  if (typeof value === 'bigint') return wrong(field, `${value}`, 'no form in JSON; a number?');
  if (typeof value !== 'object' || value === null) return undefined;
  if (around.includes(value)) return wrong(field, 'an object', 'an object that holds itself');
  for (const [name, each] of Object.entries(value)) {
    const found = withoutForm(each, Array.isArray(value) ? `${field}[${name}]` : `${field && `${field}.`}${name.slice(0, 40)}`, [...around, value]);
    if (found) return found;
  }
  return undefined;
}

const wrong = (field: string, value: string, reason: string) =>
  failure('value-invalid', { field, value, reason, mend: 'what it takes: docs/guides/library.md' });
