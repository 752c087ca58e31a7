import { unlikeAnAsk } from '../model/unlike-an-ask.js';
import { shown, wrong } from '../model/wrong.js';

/** No ask is as deep as this. */
const DEEPEST = 100;

const ALL = 'what is asked';

/** The value as JSON. Throws `value-invalid`, which names the field that JSON has no form for. */
export function encode(value: unknown): string | undefined {
  try {
    return JSON.stringify(value, refused);
  } catch (error) {
    throw faultIn(value) ?? wrong(ALL, value, `without a form in JSON: ${error instanceof Error ? error.message : shown(error)}`);
  }
}

// What JSON writes as an object without fields.
function refused(name: string, value: unknown): unknown {
  const kind = typeof value === 'object' && value !== null ? unlikeAnAsk(value) : undefined;
  if (kind !== undefined) throw wrong(name || ALL, value, kind);
  return value;
}

// What a field is may be for code of its own to say, which throws.
function faultIn(value: unknown): Error | undefined {
  try {
    return withoutForm(value, '', []);
  } catch {
    return undefined;
  }
}

// The first value inside that is a BigInt, or an object that holds itself.
function withoutForm(value: unknown, field: string, around: readonly unknown[]): Error | undefined {
  if (typeof value === 'bigint') return wrong(field || ALL, value, 'without a form in JSON; a number?');
  if (typeof value !== 'object' || value === null) return undefined;
  const kind = 'toJSON' in value ? undefined : unlikeAnAsk(value);
  if (kind !== undefined) return wrong(field || ALL, value, kind);
  if (around.includes(value)) return wrong(field, value, 'an object that holds itself');
  // What says by itself how it is written is not written by its fields.
  if (around.length > DEEPEST || ('toJSON' in value && typeof value.toJSON === 'function')) return undefined;
  for (const [name, each] of Object.entries(value)) {
    const found = withoutForm(each, Array.isArray(value) ? `${field}[${name}]` : `${field && `${field}.`}${name.slice(0, 40)}`, [...around, value]);
    if (found) return found;
  }
  return undefined;
}
