import { endsOf, keyOf } from './key.js';
import { diesWith } from './parents.js';
import { parentOf } from './parent-of.js';
import type { ElementResource, Key, LinkResource, Operation, Plan, Resource, Stack } from './resource.js';

/**
 * Puts operations in the order in which they are safe, and leaves out deletions that happen by themselves:
 *
 *     deny      what opened something is closed first: elements that allow, then the ports that they led from
 *     create    namespaces, then the host's stack, then each sandbox's, in the order of RANK
 *     delete    backwards; what denies stays until all else has gone
 *
 * Within a stack RANK puts policy before the links that it is about, by their names, rates before `up`, routes, redirections and the host's own ports after it, and
 * forwarding after the rules that fence it; so all that is said of links is one message to the kernel. Ports are held first of all, because
 * they are what another program may have.
 */
export function order(operations: Iterable<Operation>): Plan {
  const denied: Operation[] = [];
  const freed: Operation[] = [];
  const made: Operation[] = [];
  const deleted: Operation[] = [];
  for (const operation of operations) {
    if (operation.do !== 'delete') made.push(operation);
    else if (opens(operation.resource)) denied.push(operation);
    else if (operation.resource.kind === 'held') freed.push(operation);
    else deleted.push(operation);
  }
  const stacks = new Map<Stack, number>();
  // A stack from which links lead into others comes before these: what is said of their ends follows.
  for (const operation of [...made, ...deleted]) if (leadsElsewhere(subject(operation))) enter(stacks, subject(operation).in);
  for (const operation of [...made, ...deleted]) enter(stacks, subject(operation).in);
  return [...prune(denied, deleted), ...freed, ...placed(made, stacks), ...prune(placed(deleted, stacks, -1), deleted)];
}

function placed(operations: readonly Operation[], stacks: ReadonlyMap<Stack, number>, direction: 1 | -1 = 1): Operation[] {
  const places = operations.map((operation) => ({ operation, place: direction * placeOf(subject(operation), stacks) }));
  return places.sort((a, b) => a.place - b.place).map(({ operation }) => operation);
}

/** The resource that an operation is about: what will be, or what was. */
export const subject = (operation: Operation): Resource => (operation.do === 'change' ? operation.to : operation.resource);

const RANK: Readonly<Record<Resource['kind'], number>> = {
  namespace: 0,
  held: 1,
  flows: 1,
  policy: 1,
  transform: 2,
  table: 2,
  element: 3,
  functions: 3,
  borrow: 4,
  moved: 4,
  link: 4,
  rate: 5,
  address: 6,
  sysctl: 7,
  admission: 7,
  up: 8,
  enslaved: 9,
  wireguard: 9,
  redirect: 9,
  neighbour: 10,
  forward: 10,
  behind: 10,
  peer: 10,
  route: 11,
  announced: 12,
};

const LAST = 15;

// Namespaces come before everything, whatever stack they are; the host's stack (0) before the sandboxes'; a bridge before its ports, a parent
// before the links upon it, of which one may be another's parent: a VLAN.
function placeOf(resource: Resource, stacks: ReadonlyMap<Stack, number>): number {
  if (resource.kind === 'namespace') return 0;
  const port = resource.kind === 'link' ? placeOfLink(resource) : 0;
  // A sandbox's table fences nothing: it comes last, so that links, addresses and routes are one message to the kernel.
  const rank = resource.kind === 'table' && resource.in !== 'host' ? LAST : RANK[resource.kind];
  return 16 * (1 + (stacks.get(resource.in) ?? 0)) + rank + port;
}

function placeOfLink({ master, spec }: LinkResource): number {
  if (spec.type === 'vlan') return 0.25;
  return master !== undefined || parentOf(spec) !== undefined ? 0.5 : 0;
}

const leadsElsewhere = (resource: Resource): boolean => resource.kind === 'link' && resource.spec.type === 'veth' && resource.spec.peer.in !== resource.in;

function enter(stacks: Map<Stack, number>, stack: Stack): void {
  if (!stacks.has(stack)) stacks.set(stack, stack === 'host' ? 0 : stacks.size + 1);
}

// Sets whose elements close something: they go last, and an element of any other opens something.
const CLOSING: ReadonlySet<string> = new Set(['bridges', 'internal', 'icc_off', 'apart', 'fenced', 'no_lo6', 'watched', 'limited4', 'limited6']);

const opens = (resource: Resource): resource is ElementResource => resource.kind === 'element' && !CLOSING.has(resource.map);

function prune(deletions: readonly Operation[], all: readonly Operation[]): Operation[] {
  const gone = new Set<Key>();
  for (const operation of all) {
    const resource = subject(operation);
    // A namespace of somebody else's only loses the name that we gave it: what is in it stays until it is taken out.
    if (resource.kind !== 'namespace' || resource.adopted === undefined) for (const key of endsOf(resource)) gone.add(key);
  }
  return deletions.filter((operation) => {
    const resource = subject(operation);
    return !diesWith(resource).some((parent) => parent !== keyOf(resource) && gone.has(parent));
  });
}
