import type { Stack } from '../../resource/resource.js';
import { givenOf } from '../../resource/mark.js';
import { getLink, getLinks, type LinkState, linkState } from './link/link-state.js';
import { findLink, type Machine } from './machine.js';
import { otherEnd } from './other-end.js';
import { isRefusal } from './netlink-socket.js';
import type { Place } from './stacks.js';

/** The links of a stack, and which of them are ours. */
export interface View {
  readonly place: Place;
  readonly links: readonly LinkState[];
  readonly names: ReadonlyMap<number, string>;
  /** Indexes of links that carry our mark, and of the other ends of such. */
  readonly ours: ReadonlySet<number>;
  /** The links that alone are of interest; none where all are. */
  readonly only?: readonly number[];
  /** Links of this stack whose marked end is in another stack, by the index of that. */
  readonly ends: ReadonlyMap<number, LinkState>;
}

/** Looks at these links of the host's stack alone, and at their masters: however many others there are. */
export function glance(machine: Machine, names: ReadonlySet<string>): View {
  const place = machine.stacks.host;
  const links = [...names].flatMap((name) => findLink(machine, 'host', name) ?? []);
  const masters = [...new Set(links.flatMap(({ master }) => master ?? []))].flatMap((index) => {
    const found = place.route.ask(getLink({ index }), ({ payload }) => linkState(payload));
    return isRefusal(found) ? [] : [found];
  });
  const ours = links.filter((link) => givenOf(machine.instance, link)).map(({ index }) => index);
  return { place, links, names: new Map([...links, ...masters].map(({ index, name }) => [index, name])), ours: new Set(ours), only: ours, ends: new Map() };
}

/** Of a view, these links alone. */
export function narrow(view: View, names: ReadonlySet<string>): View {
  const links = view.links.filter(({ name }) => names.has(name));
  return { ...view, links, ours: new Set(links.map(({ index }) => index).filter((index) => view.ours.has(index))) };
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
