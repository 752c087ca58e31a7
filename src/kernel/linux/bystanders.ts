import type { LinkState } from './link/link-state.js';

/** Who is in the host's stack beside the marked ends of our own veths. */
export interface Bystanders {
  /** Their indexes: links of others, ours of other kinds, and ends that are named. */
  readonly others: readonly number[];
  /** How many such ends there are. */
  readonly ends: number;
}

/** Those among links that are known: `ours` carry our mark. */
export function bystandersOf(ours: ReadonlyMap<number, LinkState>, strange: Iterable<number>, named: ReadonlySet<string>): Bystanders {
  const others = new Set(strange);
  let ends = 0;
  for (const { index, name, kind } of ours.values())
    if (kind === 'veth' && !named.has(name)) ends++;
    else others.add(index);
  return { others: [...others].sort((a, b) => a - b), ends };
}
