import type { Stack } from '../../resource/resource.js';
import { getLinks, type LinkState, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { givenOf } from './mark.js';
import { otherEnd } from './other-end.js';
import type { Place } from './stacks.js';

/** The links of a stack, and which of them are ours. */
export interface View {
  readonly place: Place;
  readonly links: readonly LinkState[];
  readonly names: ReadonlyMap<number, string>;
  /** Indexes of links that carry our mark, and of the other ends of such. */
  readonly ours: ReadonlySet<number>;
  /** Links of this stack whose marked end is in another stack, by the index of that. */
  readonly ends: ReadonlyMap<number, LinkState>;
}

/** Looks at the links of a stack. ENOENT when there is none. */
export function look({ stacks, instance }: Machine, stack: Stack): View {
  const place = stacks.get(stack);
  const links = place.route.dump(getLinks, ({ payload }) => linkState(payload));
  const ours = new Set<number>();
  const ends = new Map<number, LinkState>();
  for (const link of links) {
    const marked = givenOf(instance, link) !== undefined;
    if (marked) ours.add(link.index);
    const peer = marked ? undefined : otherEnd(place, links, link);
    if (!peer || givenOf(instance, peer) === undefined) continue;
    ours.add(link.index);
    if (link.peerNamespace !== undefined) ends.set(peer.index, link);
  }
  return { place, links, names: new Map(links.map(({ index, name }) => [index, name])), ours, ends };
}
