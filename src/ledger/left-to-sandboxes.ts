import { endsOf, keyOf, linkKey } from '../resource/key.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Resource } from '../resource/resource.js';
import type { Book } from './book.js';

/**
 * Which of what nobody claims is no business of ours: what those who live in a sandbox do with the link of an endpoint that is given no
 * addresses. `wanted` has the links in question.
 */
export function leftToSandboxes(book: Book, wanted: readonly Resource[]): (found: Resource) => boolean {
  let free: ReadonlySet<Key> | undefined;
  return (found) => {
    if (found.in === 'host' || (found.kind !== 'address' && found.kind !== 'neighbour' && found.kind !== 'up')) return false;
    free ??= freeEnds(book, wanted);
    return free.has(linkKey(found.in, found.link));
  };
}

function freeEnds(book: Book, wanted: readonly Resource[]): ReadonlySet<Key> {
  const free = new Set<Key>();
  for (const each of wanted) {
    if (each.kind !== 'link') continue;
    const owners = [...(book.resources.get(keyOf(each))?.owners ?? [])];
    if (owners.length > 0 && owners.every((owner) => isWithoutAddresses(book, owner))) for (const end of endsOf(each)) free.add(end);
  }
  return free;
}

// Of an endpoint that has a lease the host's tracked connections are claimed as well, whoever holds the address: a machine behind a tap, say.
const isWithoutAddresses = (book: Book, owner: Owner): boolean =>
  owner.startsWith('endpoint/') && !(book.claims.get(owner) ?? []).some(({ kind }) => kind === 'address' || kind === 'flows');
