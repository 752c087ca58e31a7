import type { Strings } from '../../model/records.js';

/** Labels or options after a change: `null` removes a name. */
export function amend(old: Strings, change: { readonly [name: string]: string | null } | undefined): Strings {
  const next: Record<string, string> = { ...old };
  for (const [name, value] of Object.entries(change ?? {})) {
    if (value === null) delete next[name];
    else next[name] = value;
  }
  return next;
}
