import { suggest } from '../base/suggest.js';
import type { Strings } from '../model/records.js';
import { usage } from './usage.js';

/** How a filter of one key looks at an object. */
export type FilterTable<T> = { readonly [key: string]: (object: T, value: string) => boolean };

/**
 * Reads `--filter KEY=VALUE` texts. Several of one key: one must hold (all of them for labels); several keys: each must,
 * as with Docker. Throws `usage-invalid`.
 */
export function parseFilters<T>(texts: readonly string[] | undefined, known: FilterTable<T>, help: string): (object: T) => boolean {
  const wanted = new Map<string, string[]>();
  for (const text of texts ?? []) {
    const at = text.indexOf('=');
    const key = at < 0 ? text : text.slice(0, at);
    if (!Object.hasOwn(known, key))
      throw usage(`there is no filter "${key}"${suggest(key, Object.keys(known))} (there are ${Object.keys(known).join(', ')})`, help);
    if (at < 0) throw usage(`--filter ${text} has no value; write --filter ${key}=VALUE`, help);
    wanted.set(key, [...(wanted.get(key) ?? []), text.slice(at + 1)]);
  }
  return (object) =>
    [...wanted].every(([key, values]) => {
      const holds = (value: string) => known[key]?.(object, value) ?? false;
      return key === 'label' ? values.every(holds) : values.some(holds);
    });
}

/** What every kind of object can be filtered by: parts of its name, the beginning of its id, a label with or without value. */
export const commonFilters: FilterTable<{ readonly id: string; readonly name: string; readonly labels: Strings }> = {
  name: ({ name }, value) => name.includes(value),
  id: ({ id }, value) => id.startsWith(value),
  label: ({ labels }, value) => {
    const at = value.indexOf('=');
    const name = at < 0 ? value : value.slice(0, at);
    return Object.hasOwn(labels, name) && (at < 0 || labels[name] === value.slice(at + 1));
  },
};
