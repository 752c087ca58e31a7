import { keyOf } from './key.js';
import { order } from './order.js';
import type { Key, Operation, Plan, Resource } from './resource.js';
import { same } from './same.js';

/** What makes `after` out of `before`: ordered, and without deletions that happen by themselves. */
export function diff(before: Iterable<Resource>, after: Iterable<Resource>): Plan {
  const was = index(before);
  const operations: Operation[] = [];
  for (const [key, resource] of index(after)) {
    const old = was.get(key);
    was.delete(key);
    const operation = step(old, resource);
    if (operation) operations.push(operation);
  }
  for (const resource of was.values()) operations.push({ do: 'delete', resource });
  return order(operations);
}

/** The operation that makes `to` out of `from`, where either may be nothing; none when they are the same. */
export function step(from: Resource | undefined, to: Resource | undefined): Operation | undefined {
  if (!from) return to && { do: 'create', resource: to };
  if (!to) return { do: 'delete', resource: from };
  return same(from, to) ? undefined : { do: 'change', from, to };
}

const index = (resources: Iterable<Resource>): Map<Key, Resource> => new Map([...resources].map((each) => [keyOf(each), each]));
