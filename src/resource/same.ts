import type { Resource } from './resource.js';

/** Whether two resources say the same thing. */
export const same = (a: Resource, b: Resource): boolean => a === b || equal(a, b);

/** Whether two values say the same thing: what is `undefined` is not there, and what is `unseen` of them does not count. */
export function equal(a: unknown, b: unknown, unseen: ReadonlySet<string> = NONE): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const [left, right] = [a as Fields, b as Fields];
  for (const name in left) if (!unseen.has(name) && !equal(left[name], right[name])) return false;
  for (const name in right) if (left[name] === undefined && right[name] !== undefined && !unseen.has(name)) return false;
  return true;
}

const NONE: ReadonlySet<string> = new Set();
type Fields = Readonly<Record<string, unknown>>;
