import type { Resource } from './resource.js';

/** Whether two resources say the same thing. */
export const same = (a: Resource, b: Resource): boolean => a === b || equal(a, b);

function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  const left = Object.entries(a).filter(([, value]) => value !== undefined);
  const right = new Map(Object.entries(b).filter(([, value]) => value !== undefined));
  return left.length === right.size && left.every(([name, value]) => right.has(name) && equal(value, right.get(name)));
}
