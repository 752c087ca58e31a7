import type { LinkState } from './link/link-state.js';

/** All links of the host, by what was heard of them. */
export interface HeardLinks {
  /** Those that carry our mark, by their index. */
  readonly ours: ReadonlyMap<number, LinkState>;
  /** The indexes of the others. */
  readonly strange: ReadonlySet<number>;
}

/** Who is in the host's stack beside the marked ends of our own veths: links of others, ours of other kinds, and ends that are `named`, by index; and how many such ends there are. */
export function bystanders({ ours, strange }: HeardLinks, named: ReadonlySet<string>): { readonly others: readonly number[]; readonly ends: number } {
  const others = new Set(strange);
  let ends = 0;
  for (const { index, name, kind } of ours.values())
    if (kind === 'veth' && !named.has(name)) ends++;
    else others.add(index);
  return { others: [...others].sort((a, b) => a - b), ends };
}

/** Of links that were seen from elsewhere, those that the host still has, by their marks; and the indexes of all its others. */
export function stillThere(
  { ours, strange }: HeardLinks,
  seen: ReadonlyMap<number, LinkState>,
): { readonly there: readonly LinkState[]; readonly others: readonly number[] } {
  // Elsewhere another link may have the same index.
  const there = [...seen.values()].filter(({ index, alias }) => alias !== undefined && ours.get(index)?.alias === alias);
  const found = new Set(there.map(({ index }) => index));
  return { there, others: [...new Set([...ours.keys(), ...strange])].filter((index) => !found.has(index)) };
}
