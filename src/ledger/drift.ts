import type { Facts } from '../base/json.js';
import { askedOf, isBorrowed, lent, type LinkPast } from '../resource/borrow.js';
import { enslavedAs, enslavedBy, type EnslavedPast } from '../resource/enslaved.js';
import { step } from '../resource/diff.js';
import { askedOfMoved, movedAsIs, type MovedPast } from '../resource/moved.js';
import { isSpent } from '../resource/ipsec.js';
import { handedAs } from '../resource/handed.js';
import { endsOf, keyOf } from '../resource/key.js';
import { order, subject } from '../resource/order.js';
import type { Owner } from '../resource/owner.js';
import { parentsOf } from '../resource/parents.js';
import { remade } from '../resource/remade.js';
import type { Key, Operation, Plan, Resource } from '../resource/resource.js';
import type { Book } from './book.js';
import { leftToSandboxes } from './left-to-sandboxes.js';

/** One difference between what is claimed and what the kernel has. `owners` is empty for what nobody claims. */
export interface Difference {
  readonly operation: Operation;
  readonly owners: readonly Owner[];
}

/** An operation that was to mend something and could not. */
export interface Unmended extends Difference {
  readonly error: unknown;
}

/** What is wrong, and the plan that mends it: all but what its owner alone can make again. */
export interface Drift {
  readonly differences: readonly Difference[];
  readonly plan: Plan;
  readonly unmended: readonly Unmended[];
}

/** What of the kernel was looked at. */
export interface Seen {
  readonly resources: readonly Resource[];
  /** The settings that are claimed, and how each of them is. */
  readonly settings: readonly Resource[];
  readonly now: readonly (Facts | null)[];
}

/** Compares all of it, both ways: what is claimed and not there, what is there and not claimed, what is there with other values. */
export function drift(book: Book, seen: Seen, journal: ReadonlyMap<Key, Facts>): Drift {
  const found = allOf(seen);
  const wanted = [...book.resources.values()].map(({ resource }) => resource);
  const given = [...journal].filter(([key]) => !book.resources.has(key)).map(([key, was]) => returning(key, was));
  return planned(book, [...compared(book, wanted, found, journal), ...given]);
}

/** The same for these resources alone, where `seen` is what there is of them and around them. */
export function driftOf(book: Book, wanted: readonly Resource[], seen: Seen, journal: ReadonlyMap<Key, Facts>): Drift {
  return planned(book, [...compared(book, wanted, allOf(seen), journal)]);
}

/** By key. */
export function allOf({ resources, settings, now }: Seen): Map<Key, Resource> {
  const found = new Map<Key, Resource>(resources.map((each) => [keyOf(each), each]));
  for (const [index, resource] of settings.entries()) {
    const facts = now[index];
    if (resource.kind === 'borrow' && facts) found.set(keyOf(resource), lent(resource, facts as LinkPast));
    const moved = resource.kind === 'moved' && facts ? movedAsIs(resource, facts as MovedPast) : undefined;
    if (moved) found.set(keyOf(moved), moved);
    const count = facts?.['count'];
    if (resource.kind === 'functions' && typeof count === 'number' && count > 0) found.set(keyOf(resource), { ...resource, count });
    if (resource.kind === 'enslaved' && facts) found.set(keyOf(resource), enslavedAs(resource, facts as EnslavedPast));
    const value = facts?.['value'];
    if (resource.kind === 'sysctl' && typeof value === 'string') found.set(keyOf(resource), { ...resource, value });
  }
  return found;
}

/** An operation with those who want it. */
export const difference = (book: Book, operation: Operation): Difference => ({ operation, owners: ownersOf(book, operation) });

function planned(book: Book, operations: readonly Operation[]): Drift {
  const all = order(withElements(withHanging(operations, book), book));
  const plan = all.filter((operation) => !isSpent(operation));
  return { plan, unmended: [], differences: all.map((operation) => difference(book, operation)) };
}

function* compared(book: Book, wanted: readonly Resource[], found: Map<Key, Resource>, journal: ReadonlyMap<Key, Facts>): Generator<Operation> {
  yield* missing(wanted, found, journal);
  yield* unclaimed(book, found, wanted);
}

/** What is not there of these, or not as they are wanted. They are taken out of what was found. */
export function* missing(wanted: readonly Resource[], found: Map<Key, Resource>, journal: ReadonlyMap<Key, Facts>): Generator<Operation> {
  for (const resource of wanted) {
    const key = keyOf(resource);
    const is = found.get(key);
    found.delete(key);
    const operation = isEffect(resource) ? undefined : mending(is, resource, journal);
    if (operation) yield operation;
  }
}

/** What is left of what was found; `claimed` has the links that it may be on. */
export function* unclaimed(book: Book, found: ReadonlyMap<Key, Resource>, claimed: readonly Resource[]): Generator<Operation> {
  const isTheirs = leftToSandboxes(book, claimed);
  for (const [key, resource] of found) {
    if (isTheirs(resource)) continue;
    const operation = step(resource, book.resources.get(key)?.resource);
    if (operation) yield operation;
  }
}

// Effects are things that happen at a transition; there is nothing of them to be found in the kernel.
const isEffect = (resource: Resource): boolean => resource.kind === 'flows' || resource.kind === 'announced';

// A borrowed thing that we never took (its journal is empty) is taken, not changed: its past is written down first. A route that
// is missing in a sandbox may have been replaced, by one of a program's own; that is taken back.
function mending(is: Resource | undefined, wanted: Resource, journal: ReadonlyMap<Key, Facts>): Operation | undefined {
  if (isBorrowed(wanted) && !journal.has(keyOf(wanted))) return { do: 'create', resource: wanted };
  if (wanted.kind === 'link' && wanted.handed) return step(handedAs(is?.kind === 'link' ? is : undefined, wanted), wanted);
  if (wanted.kind === 'route' && wanted.in !== 'host' && !is) return { do: 'change', from: wanted, to: wanted };
  return step(is, wanted);
}

// A borrowed thing that nobody claims any more is given back; its journal says what it was.
function returning(key: Key, was: Facts): Operation {
  const [kind, stack = 'host', path = ''] = key.split(' ');
  if (kind === 'moved') return { do: 'delete', resource: askedOfMoved(path, was), was };
  if (kind === 'functions') return { do: 'delete', resource: { kind, in: 'host', link: path, count: 0 }, was };
  if (kind === 'borrow') return { do: 'delete', resource: askedOf(stack as Resource['in'], path, was), was };
  if (kind === 'enslaved') return { do: 'delete', resource: enslavedBy(stack as Resource['in'], path, was), was };
  return { do: 'delete', resource: { kind: 'sysctl', in: stack as Resource['in'], path, value: '' }, was };
}

// A link that is made anew loses what hung on either end, so all of that is made anew behind it. One that was gone had no settings, of which the kernel
// tells nothing: whoever looks at what it told of does not see that they are missing.
function withHanging(operations: readonly Operation[], book: Book): readonly Operation[] {
  const ends = new Set(operations.flatMap((each) => (isRemade(each) ? endsOf(subject(each)) : [])));
  const made = new Set(operations.flatMap((each) => (each.do === 'create' && each.resource.kind === 'link' ? endsOf(each.resource) : [])));
  if (ends.size + made.size === 0) return operations;
  const known = new Set(operations.map((each) => keyOf(subject(each))));
  const hanging = [...book.resources].filter(
    ([key, { resource }]) =>
      !known.has(key) && resource.kind !== 'link' && parentsOf(resource).some((parent) => ends.has(parent) || (resource.kind === 'sysctl' && made.has(parent))),
  );
  return [...operations, ...hanging.map(([, { resource }]): Operation => ({ do: 'create', resource }))];
}

const isRemade = (each: Operation): boolean => each.do === 'change' && each.from.kind === 'link' && each.to.kind === 'link' && remade(each.from, each.to);

// A table that is replaced loses its elements, so all of them are made anew behind it.
function withElements(operations: readonly Operation[], book: Book): readonly Operation[] {
  const replaced = new Set(operations.flatMap((each) => (each.do === 'change' && each.to.kind === 'table' ? [keyOf(each.to)] : [])));
  if (replaced.size === 0) return operations;
  const isLost = (resource: Resource) => resource.kind === 'element' && parentsOf(resource).some((parent) => replaced.has(parent));
  const others = operations.filter((each) => !isLost(subject(each)));
  const elements = [...book.resources.values()].map(({ resource }) => resource).filter(isLost);
  return [...others, ...elements.map((resource): Operation => ({ do: 'create', resource }))];
}

const ownersOf = (book: Book, operation: Operation): readonly Owner[] => {
  const resource = operation.do === 'change' ? operation.to : operation.resource;
  return [...new Set(book.resources.get(keyOf(resource))?.owners)];
};
