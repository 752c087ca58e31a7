/** The query that says these, with its mark; nothing where they say nothing. */
export function queryOf(said: object): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(said)) if (value !== undefined) query.set(name, String(value));
  return query.size > 0 ? `?${query}` : '';
}
