import { endsOf } from '../resource/key.js';
import type { Key, Resource } from '../resource/resource.js';

/**
 * Which of what nobody claims is no business of ours: where nobody gives a sandbox's link addresses, or sets it up, those who live there do it
 * by themselves. `claimed` holds all that is claimed of the links in question.
 */
export function leftToSandboxes(claimed: readonly Resource[]): (found: Resource) => boolean {
  const links = new Set<Key>();
  const tended = new Set<string>();
  for (const each of claimed) {
    if (each.kind === 'link') for (const end of endsOf(each)) links.add(end);
    else if (each.kind === 'address' || each.kind === 'up') tended.add(placeOf(each));
  }
  return (found) => isSetting(found) && found.in !== 'host' && links.has(`link ${found.in} ${found.link}`) && !tended.has(placeOf(found));
}

type Setting = Extract<Resource, { kind: 'address' | 'neighbour' | 'up' }>;

const isSetting = (resource: Resource): resource is Setting => resource.kind === 'address' || resource.kind === 'neighbour' || resource.kind === 'up';

// A neighbour is there by an address.
const placeOf = ({ kind, in: stack, link }: Setting): string => `${kind === 'up' ? kind : 'address'} ${stack} ${link}`;
