import type { Facts } from '../base/json.js';
import { step } from '../resource/diff.js';
import { keyOf } from '../resource/key.js';
import { order } from '../resource/order.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Operation, Plan, Resource } from '../resource/resource.js';
import type { Book } from './book.js';

/** One difference between what is claimed and what the kernel has. `owners` is empty for what nobody claims. */
export interface Difference {
  readonly operation: Operation;
  readonly owners: readonly Owner[];
}

/** What is wrong, and the plan that mends it. */
export interface Drift {
  readonly differences: readonly Difference[];
  readonly plan: Plan;
  /** What could not be mended, and why. */
  readonly unmended: readonly unknown[];
}

/** Compares both ways: what is claimed and not there, what is there and not claimed, what is there with other values. */
export function drift(
  book: Book,
  actual: readonly Resource[],
  borrowed: readonly Resource[],
  now: readonly (Facts | null)[],
  journal: ReadonlyMap<Key, Facts>,
): Drift {
  const found = new Map<Key, Resource>(actual.map((each) => [keyOf(each), each]));
  for (const [index, resource] of borrowed.entries()) {
    const value = now[index]?.['value'];
    if (resource.kind === 'sysctl' && typeof value === 'string') found.set(keyOf(resource), { ...resource, value });
  }
  const operations: Operation[] = [];
  for (const [key, { resource }] of book.resources) {
    const is = found.get(key);
    found.delete(key);
    const operation = isEffect(resource) ? undefined : mending(is, resource, journal);
    if (operation) operations.push(operation);
  }
  for (const resource of found.values()) operations.push({ do: 'delete', resource });
  for (const key of journal.keys()) if (!book.resources.has(key)) operations.push(returning(key));
  const plan = order(withElements(operations, book));
  return { plan, unmended: [], differences: plan.map((operation) => ({ operation, owners: ownersOf(book, operation) })) };
}

// Effects are things that happen at a transition; there is nothing of them to be found in the kernel.
const isEffect = (resource: Resource): boolean => resource.kind === 'flows';

// A borrowed thing that we never took (its journal is empty) is taken, not changed: its past is written down first.
function mending(is: Resource | undefined, wanted: Resource, journal: ReadonlyMap<Key, Facts>): Operation | undefined {
  if (wanted.kind === 'sysctl' && !journal.has(keyOf(wanted))) return { do: 'create', resource: wanted };
  return step(is, wanted);
}

// A borrowed thing that nobody claims any more is given back; its journal says what it was.
function returning(key: Key): Operation {
  const [, stack = 'host', path = ''] = key.split(' ');
  return { do: 'delete', resource: { kind: 'sysctl', in: stack as Resource['in'], path, value: '' } };
}

// A table that is replaced loses its elements, so all of them are made anew behind it.
function withElements(operations: readonly Operation[], book: Book): readonly Operation[] {
  const replaced = operations.some((each) => each.do === 'change' && each.to.kind === 'table');
  if (!replaced) return operations;
  const others = operations.filter((each) =>
    each.do === 'delete' ? each.resource.kind !== 'element' : (each.do === 'change' ? each.to : each.resource).kind !== 'element',
  );
  const elements = [...book.resources.values()].map(({ resource }) => resource).filter((each) => each.kind === 'element');
  return [...others, ...elements.map((resource): Operation => ({ do: 'create', resource }))];
}

const ownersOf = (book: Book, operation: Operation): readonly Owner[] => {
  const resource = operation.do === 'change' ? operation.to : operation.resource;
  return [...(book.resources.get(keyOf(resource))?.owners ?? [])];
};
