import type { Strings } from '../../model/records.js';

/** Labels or options after a change: `null` removes a name. */
export function amend(old: Strings, change: { readonly [name: string]: string | null } | undefined): Strings {
  const next = new Map(Object.entries(old));
  for (const [name, value] of Object.entries(change ?? {})) {
    if (value === null) next.delete(name);
    else next.set(name, value);
  }
  // As entries, for which `__proto__` is a name like any other.
  return Object.fromEntries(next);
}
