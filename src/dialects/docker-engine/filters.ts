import { Refusal } from './refusal.js';

/** What a client filters by: values by name. */
export type Filters = ReadonlyMap<string, readonly string[]>;

/** How each filter looks at an object. */
export type Matchers<T> = { readonly [name: string]: (object: T, value: string) => boolean };

/**
 * The query `filters`: JSON of `{"label": ["a=b"]}`, or of `{"label": {"a=b": true}}` as clients before 1.22 wrote it. Throws a
 * refusal where it is neither, or names a filter that this call does not have.
 */
export function readFilters(query: URLSearchParams, known: readonly string[]): Filters {
  const text = query.get('filters') ?? '';
  const raw = text === '' ? {} : parse(text);
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) throw new Refusal(400, 'invalid filter');
  const filters = new Map<string, readonly string[]>();
  for (const [name, values] of Object.entries(raw)) {
    if (!known.includes(name)) throw new Refusal(400, `invalid filter '${name}'`);
    filters.set(name, listOf(name, values));
  }
  return filters;
}

/** Whether an object passes: each filter must hold by one of its values, and labels by all. */
export function passes<T>(object: T, filters: Filters, matchers: Matchers<T>): boolean {
  return [...filters].every(([name, values]) => {
    const holds = (value: string) => matchers[name]?.(object, value) ?? true;
    return values.length === 0 || (name.startsWith('label') ? values.every(holds) : values.some(holds));
  });
}

/** The value of a filter that is yes or no; `undefined` without it. */
export function flagOf(filters: Filters, name: string): boolean | undefined {
  const values = filters.get(name);
  if (values === undefined || values.length === 0) return undefined;
  const [value = ''] = values;
  if (values.length === 1 && ['1', 'true'].includes(value)) return true;
  if (values.length === 1 && ['0', 'false'].includes(value)) return false;
  throw new Refusal(400, `invalid filter '${name}=[${values.join(' ')}]'`);
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'invalid filter');
  }
}

function listOf(name: string, values: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(values) ? values : typeof values === 'object' && values !== null ? Object.keys(values) : [values];
  if (list.every((each): each is string => typeof each === 'string')) return list;
  throw new Refusal(400, `invalid filter '${name}'`);
}
