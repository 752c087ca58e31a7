import type { Stack } from '../../resource/resource.js';
import { givenOf, nameOf } from '../../resource/mark.js';
import { readMovedMark } from '../../resource/moved.js';
import { type HeardLinks, stillThere } from './heard-links.js';
import { getLink, getLinks, type LinkState, linkState } from './link/link-state.js';
import { findLink, type Machine } from './machine.js';
import { otherEnd } from './other-end.js';
import { isRefusal } from './netlink-socket.js';
import type { Place } from './stacks.js';

/** The links of a stack, and which of them are ours. */
export interface View {
  readonly place: Place;
  readonly links: readonly LinkState[];
  /** By index. Those of ours are called as they are to be, whatever somebody made of that. */
  readonly names: ReadonlyMap<number, string>;
  /** Indexes of links that carry our mark, and of the other ends of such. */
  readonly ours: ReadonlySet<number>;
  /** Indexes of links that are somebody else's and that we use: of what is on them our routes alone are ours. */
  readonly borrowed: ReadonlySet<number>;
  /** The links that alone are of interest; none where all are. */
  readonly only?: readonly number[];
  /** Links of this stack whose marked end is in another stack, with that, by the index of that. */
  readonly ends: ReadonlyMap<number, { readonly link: LinkState; readonly marked: LinkState }>;
}

const FEW = 8;
/** The links to ask about: a few one by one; from there on one dump of all, which is index 0, costs less. */
export const indexesOf = (only: readonly number[] | undefined): readonly number[] => (only && only.length <= FEW ? only : [0]);

/** Looks at these links of the host's stack alone, and at their masters: however many others there are. */
export function glance(machine: Machine, names: ReadonlySet<string>): View {
  const place = machine.stacks.host;
  const links = linksOf(machine, names);
  const masters = linksAt(place, [...new Set(links.flatMap(({ master }) => master ?? []))]);
  const marked = links.filter((link) => givenOf(machine.instance, link));
  const peers = new Set(marked.flatMap(({ kind, peer, peerNamespace }) => (kind === 'veth' && peerNamespace === undefined ? (peer ?? []) : [])));
  const ours = [...marked, ...links.filter((link) => peers.has(link.index))].map(({ index }) => index);
  const borrowed = links.map(({ index }) => index).filter((index) => machine.borrowed.has(index));
  const only = [...ours, ...borrowed];
  return { place, links, names: namesOf(machine, [...links, ...masters]), ours: new Set(ours), borrowed: new Set(borrowed), only, ends: new Map() };
}

// One that is not found by its name may have another by now: all are looked at for that, and found by their marks.
function linksOf(machine: Machine, names: ReadonlySet<string>): readonly LinkState[] {
  const found = [...names].flatMap((name) => findLink(machine, 'host', name) ?? []);
  if (found.length === names.size) return found;
  const known = new Set(found.map(({ index }) => index));
  const all = machine.stacks.host.route.dump(getLinks, ({ payload }) => linkState(payload));
  return [...found, ...all.filter((link) => !known.has(link.index) && givenOf(machine.instance, link) && names.has(nameOf(machine.instance, link)))];
}

const namesOf = ({ instance }: Machine, links: readonly LinkState[]): ReadonlyMap<number, string> =>
  new Map(links.map((link) => [link.index, nameOf(instance, link)]));

/** Of a view, these links alone. */
export function narrow(view: View, names: ReadonlySet<string>): View {
  const links = view.links.filter(({ name }) => names.has(name));
  return { ...view, links, ours: new Set(links.map(({ index }) => index).filter((index) => view.ours.has(index))) };
}

/** Looks at the links of a stack. ENOENT when there is none. */
export function look(machine: Machine, stack: Stack): View {
  const place = machine.stacks.get(stack);
  return seen(
    machine,
    place,
    place.route.dump(getLinks, ({ payload }) => linkState(payload)),
  );
}

/** The same of the host's stack, where these of its links may have been seen already: the others are asked for one by one. */
export function lookAt(machine: Machine, known: ReadonlyMap<number, LinkState>, heard: HeardLinks): View {
  const place = machine.stacks.host;
  const { there, others } = stillThere(heard, known);
  return others.length > there.length ? look(machine, 'host') : seen(machine, place, [...there, ...linksAt(place, others)]);
}

/** The links with these indexes, but for those that have gone. */
export const linksAt = ({ route }: Place, indexes: readonly number[]): readonly LinkState[] =>
  indexes.flatMap((index) => {
    const link = route.ask(getLink({ index }), ({ payload }) => linkState(payload));
    return isRefusal(link) ? [] : [link];
  });

function seen(machine: Machine, place: Place, links: readonly LinkState[]): View {
  const { stack } = place;
  const { instance } = machine;
  const ours = new Set<number>();
  const ends = new Map<number, { readonly link: LinkState; readonly marked: LinkState }>();
  for (const link of links) {
    const marked = givenOf(instance, link) !== undefined;
    if (marked || (stack !== 'host' && readMovedMark(link.alias)?.instance === instance.id)) ours.add(link.index);
    const peer = marked ? undefined : otherEnd(place, links, link);
    if (!peer || givenOf(instance, peer) === undefined) continue;
    ours.add(link.index);
    if (link.peerNamespace !== undefined) ends.set(peer.index, { link, marked: peer });
  }
  const borrowed = new Set(stack === 'host' ? machine.borrowed.keys() : []);
  return { place, links, names: namesOf(machine, links), ours, borrowed, ends };
}
