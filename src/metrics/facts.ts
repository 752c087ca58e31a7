import type { Facts, Json } from '../base/json.js';

/** A metric that is read from `info`: one whose name ends in `_total` only grows. */
export interface Fact {
  readonly name: string;
  readonly help: string;
  readonly labels?: readonly string[];
  readonly read: (info: Facts) => readonly (readonly [labels: Readonly<Record<string, string>>, value: number])[];
}

/** One number. */
const one =
  (...path: readonly string[]): Fact['read'] =>
  (info) => {
    const value = at(info, path);
    return typeof value === 'number' ? [[{}, value]] : [];
  };

/** Several of one section, each under its name as `label`. */
const each =
  (section: string, label: string, names: readonly string[]): Fact['read'] =>
  (info) =>
    names.flatMap((name) => one(section, name)(info).map(([, value]) => [{ [label]: name }, value] as const));

/** What the engine and its resolver count by themselves. */
export const FACTS: readonly Fact[] = [
  { name: 'fairlead_ready', help: 'Sandboxes that are held ready', read: one('ready') },
  { name: 'fairlead_queries_total', help: 'Questions that sandboxes asked the resolver since it started', read: one('names', 'queries') },
  {
    name: 'fairlead_answers_total',
    help: 'How they were answered: from what is known here, from what was asked before, by a server outside, or not',
    labels: ['from'],
    read: each('names', 'from', ['local', 'cached', 'forwarded', 'refused']),
  },
  { name: 'fairlead_forwards_failed_total', help: 'Of those that were forwarded, how many nobody answered', read: one('names', 'failed') },
  {
    name: 'fairlead_looks_total',
    help: 'Looks at the kernel since the start: at all of it, or at what others had touched',
    labels: ['at'],
    read: (info) => {
      const [looks, everything] = [at(info, ['drift', 'looks']), at(info, ['drift', 'everything'])];
      if (typeof looks !== 'number' || typeof everything !== 'number') return [];
      return [
        [{ at: 'everything' }, everything],
        [{ at: 'touched' }, looks - everything],
      ];
    },
  },
  { name: 'fairlead_looks_failed_total', help: 'Looks at the kernel that failed', read: one('drift', 'failed') },
  { name: 'fairlead_unmended', help: 'What differs from what it should be and could not be mended', read: one('drift', 'unmended') },
];

function at(info: Facts, path: readonly string[]): Json | undefined {
  let found: Json | undefined = info;
  for (const name of path) found = typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Facts)[name] : undefined;
  return found;
}
