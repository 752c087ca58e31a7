import { keyOf, linkKey } from '../resource/key.js';
import { parentsOf } from '../resource/parents.js';
import type { Owner } from '../resource/owner.js';
import type { Key, LinkResource, Resource, Stack } from '../resource/resource.js';
import type { Book } from './book.js';

/**
 * What is to be looked at when these keys were touched. The host's table is one thing with all its elements, and a setting is looked at by itself. Anything else is
 * looked at with all that its owners claim beside it: an endpoint's link takes its addresses and routes along. Parents come too, because a
 * link that has gone may have gone with its namespace, and with a namespace all that leads into it. A bridge is looked at with all its neighbours, which go when it is down
 * or loses its last address, and are claimed by those who are on it. What nobody claims is nobody's loss.
 */
export function scopeOf(book: Book, touched: Iterable<Key>): readonly Resource[] {
  const scope = new Map<Key, Resource>();
  const add = (resource: Resource) => scope.set(keyOf(resource), resource);
  const owners = new Set([...touched].flatMap((key) => [...ownersAt(book, key)]));
  for (const owner of ownersInto(book, touched)) owners.add(owner);
  for (const owner of owners) for (const resource of book.claims.get(owner) ?? []) if (isTold(resource)) add(resource);
  for (const parent of parentsIn(book, [...scope.values()])) add(parent);
  for (const key of touched) {
    const alone = isSysctl(key) ? book.resources.get(key)?.resource : undefined;
    if (alone) add(alone);
  }
  const whole = [isAdmission, isIpsec, isInTable].filter((is) => [...touched].some(is));
  const bridges = new Set([...touched].flatMap((key) => bridgeAt(book, key) ?? []));
  if (bridges.size > 0)
    for (const { resource } of book.resources.values()) if (resource.kind === 'neighbour' && bridges.has(linkKey(resource.in, resource.link))) add(resource);
  if (whole.length > 0) for (const [key, { resource }] of book.resources) if (whole.some((is) => is(key))) scope.set(key, resource);
  return [...scope.values()];
}

/** What is to be looked at to tell how these owners fare: all that they claim, and its parents. */
export function scopeOfOwners(book: Book, owners: Iterable<Owner>): readonly Resource[] {
  const claimed = [...owners].flatMap((owner) => book.claims.get(owner) ?? []);
  return [...new Map([...claimed, ...parentsIn(book, claimed)].map((each) => [keyOf(each), each])).values()];
}

function* parentsIn(book: Book, resources: readonly Resource[]) {
  for (const resource of resources) {
    for (const key of parentsOf(resource)) {
      const parent = book.resources.get(key)?.resource;
      if (parent) yield parent;
    }
  }
}

function* ownersAt(book: Book, key: Key) {
  if (isInTable(key) || isSysctl(key)) return;
  const held = book.resources.get(key) ?? book.resources.get(linkAt(key));
  yield* held?.owners ?? [];
}

function linkAt(key: Key): Key {
  const [, stack, link = ''] = key.split(' ');
  return linkKey(stack as Stack, link);
}

function bridgeAt(book: Book, key: Key): Key | undefined {
  const link = book.resources.get(linkAt(key))?.resource;
  return link?.kind === 'link' && link.spec.type === 'bridge' ? linkAt(key) : undefined;
}

function endsIn({ in: stack, spec }: LinkResource): readonly Stack[] {
  if (spec.type === 'veth') return [stack, spec.peer.in];
  return spec.type === 'vxlan' && spec.by !== undefined ? [stack, spec.by] : [stack];
}

// Links into a namespace: a process may keep them there after it has lost its name. Tunnels that send by it end with it.
function* ownersInto(book: Book, touched: Iterable<Key>) {
  const ended = new Set([...touched].flatMap((key) => (key.startsWith('namespace ') ? [key.split(' ')[1]] : [])));
  if (ended.size === 0) return;
  for (const { resource, owners } of book.resources.values()) if (resource.kind === 'link' && endsIn(resource).some((each) => ended.has(each))) yield* owners;
}

// Whoever changes that chain is told of as one: which of our rules it was is seen there.
const isAdmission = (key: Key): boolean => key.startsWith('admission ');
// Nor does IPsec say whose a state was that went with all others.
const isIpsec = (key: Key): boolean => key.startsWith('policy ') || key.startsWith('transform ');
const isInTable = (key: Key): boolean => key.startsWith('table host ') || key.startsWith('element host ');

// What all networks want is looked at by itself, and not with all of them.
const isSysctl = (key: Key): boolean => key.startsWith('sysctl ');

// Of most sysctls and of held ports the kernel tells nothing, flows and announcements are no state, and the host's table is looked at by itself.
const UNTOLD: ReadonlySet<Resource['kind']> = new Set(['sysctl', 'held', 'flows', 'announced']);
const isTold = (resource: Resource): boolean => !UNTOLD.has(resource.kind) && !isInTable(keyOf(resource));
