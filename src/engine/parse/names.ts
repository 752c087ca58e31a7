import { failure } from '../../base/error.js';
import { isLoopbackName } from '../../model/lookup-name.js';

const FORM = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** A name of an object. Throws `name-invalid`. */
export function parseName(kind: 'network' | 'sandbox' | 'endpoint', name: unknown): string {
  const refuse = (reason: string, mend: string) =>
    failure('name-invalid', { kind, name: typeof name === 'string' ? name.slice(0, 200) : printed(name), reason, mend });
  const reason = wrong(name);
  if (reason !== undefined) throw refuse(reason, 'letters, digits, "_", "." and "-", starting with a letter or digit, at most 128');
  if (kind !== 'network' && isLoopbackName(name as string)) throw refuse('in every sandbox that is the sandbox itself', 'choose another');
  return name as string;
}

// An object may refuse to be a text.
const printed = (value: unknown): string => (Object(value) === value ? Object.prototype.toString.call(value) : String(value));

function wrong(name: unknown): string | undefined {
  if (typeof name !== 'string') return 'it is no text';
  if (name.trim() === '') return 'name is empty';
  if (name.length > 128) return 'it is too long';
  return FORM.test(name) ? undefined : 'it has characters that names cannot have';
}

/** A host name (RFC 1123 §2.1), as `hostname` shows it. Throws `value-invalid`. */
export function parseHostname(text: string): string {
  const label = /^[a-zA-Z0-9_]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9_])?$/;
  if (text.length > 0 && text.length <= 253 && text.split('.').every((part) => label.test(part))) return text;
  throw failure('value-invalid', {
    field: 'hostname',
    value: text,
    reason: 'no host name',
    mend: 'labels of letters, digits and "-", at most 63 each, joined by dots',
  });
}
