import { suggest } from '../../base/suggest.js';
import { unlikeAnAsk } from '../../model/unlike-an-ask.js';
import { wrong } from '../../model/wrong.js';

/** Says whether a value has a form; what is not as it should be is thrown, by the name of its field: `value-invalid`. */
export type Check = (value: unknown, field: string) => void;

/** The check of a field that must be there. */
export interface Needed {
  readonly needed: Check;
}

/** A check for every field of an ask. */
export type Fields<Ask> = { readonly [Name in keyof Required<Ask>]: object extends Pick<Ask, Name> ? Check : Needed };

export const needed = (check: Check): Needed => ({ needed: check });

// A message has it in quotation marks, whatever it is.
const instead = (value: unknown): string => {
  if (typeof value === 'string') return ', but a text';
  return typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint' ? `, but a ${typeof value}` : '';
};

const of =
  (type: 'string' | 'number' | 'boolean', reason: string): Check =>
  (value, field) => {
    if (typeof value !== type) throw wrong(field, value, `${reason}${instead(value)}`);
  };

export const text = of('string', 'no text');
export const number = of('number', 'no number');
export const flag = of('boolean', 'neither true nor false');

/** What refuses any form by itself, in words of its own. */
export const anything: Check = () => {};

/** A number or a text; which texts is for others to say. */
export const numberOrText: Check = (value, field) => {
  if (typeof value !== 'number' && typeof value !== 'string') throw wrong(field, value, 'neither a number nor a word');
};

/** One of these words. */
export const oneOf =
  (words: readonly string[], reason: string): Check =>
  (value, field) => {
    if (!words.includes(value as string)) throw wrong(field, value, reason);
  };

export const orNull =
  (check: Check): Check =>
  (value, field) => {
    if (value !== null) check(value, field);
  };

export const listOf =
  (check: Check): Check =>
  (value, field) => {
    if (!Array.isArray(value)) throw wrong(field, value, 'no list');
    for (let at = 0; at < value.length; at++) check(value[at], `${field}[${at}]`);
  };

/** One, or a list of them. */
export const oneOrMore = (check: Check): Check => {
  const list = listOf(check);
  return (value, field) => (Array.isArray(value) ? list : check)(value, field);
};

/** An object whose keys the user chooses. */
export const mapOf =
  (check: Check): Check =>
  (value, field) => {
    for (const [name, each] of Object.entries(object(value, field))) check(each, `${field}.${name}`);
  };

/** An object of exactly these fields. */
export const fields = <Ask>(table: Fields<Ask>): Check => {
  const checks = Object.entries<Check | Needed>(table).map(([name, check]) =>
    typeof check === 'function' ? { name, check, optional: true } : { name, check: check.needed, optional: false },
  );
  const known = new Set(Object.keys(table));
  return (value, field) => {
    const whole = object(value, field);
    const within = (name: string) => (field === '' ? name : `${field}.${name}`);
    for (const { name, check, optional } of checks) {
      const each = whole[name];
      if (each !== undefined || !optional) check(each, within(name));
    }
    for (const name of Object.keys(whole))
      if (!known.has(name) && whole[name] !== undefined) throw wrong(within(name.slice(0, 40)), whole[name], unknown(name, known));
  };
};

const unknown = (name: string, known: ReadonlySet<string>): string => `for no field that there is${suggest(name.slice(0, 40), [...known])}`;

function object(value: unknown, field: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(field, value, 'no object');
  const kind = unlikeAnAsk(value);
  if (kind !== undefined) throw wrong(field, value, kind);
  return value as Readonly<Record<string, unknown>>;
}
