import { endsOf, linkKey } from '../resource/key.js';
import { subject } from '../resource/order.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Resource } from '../resource/resource.js';
import type { Book } from './book.js';
import type { Difference, Drift } from './drift.js';

/** The differences that concern these owners. What nobody claims is theirs where it is on a link of theirs. */
export function attributed(book: Book, owners: ReadonlySet<Owner>, { differences }: Drift): readonly Difference[] {
  const ends = new Map<Key, Owner>();
  for (const owner of owners) for (const resource of book.claims.get(owner) ?? []) for (const end of endsOf(resource)) ends.set(end, owner);
  return differences.flatMap(({ operation, owners: claiming }) => {
    const link = claiming.length === 0 ? linkAt(subject(operation)) : undefined;
    const near = link && ends.get(link);
    const theirs = near === undefined ? claiming.filter((owner) => owners.has(owner)) : [near];
    return theirs.length === 0 ? [] : [{ operation, owners: theirs }];
  });
}

function linkAt(resource: Resource): Key | undefined {
  const link = 'link' in resource ? resource.link : resource.kind === 'route' ? resource.dev : undefined;
  return link === undefined ? undefined : linkKey(resource.in, link);
}
