import { wrong } from '../model/wrong.js';

/** The query that says these, with its mark; nothing where they say nothing. Throws `value-invalid` where one of them is more than a word. */
export function queryOf(said: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(said)) {
    if (value === undefined) continue;
    if ((typeof value === 'object' && value !== null) || typeof value === 'symbol' || typeof value === 'function')
      throw wrong(name.slice(0, 40), value, 'neither a word nor a number, true or false');
    query.set(name, String(value));
  }
  return query.size > 0 ? `?${query}` : '';
}
