import type { Facts } from '../base/json.js';
import type { InterfaceAddress, Mac } from '../ip/types.js';
import type { Instance } from './mark.js';
import type { MovedResource, Stack, VirtualFunction } from './resource.js';

/** How somebody else's link is: at home on the host, or inside a sandbox as we gave it. */
export interface MovedPast extends Facts {
  readonly at: 'host' | 'inside';
  readonly name: string;
  readonly mac: Mac | null;
  readonly mtu: number;
  readonly up: boolean;
  readonly addresses: readonly InterfaceAddress[];
  /** How its physical function had it, where it is a virtual one. */
  readonly vf?: VirtualFunction & Facts;
}

/** What was asked of a moved link: enough to find it and to give it back. */
type MovedAsked = Pick<MovedResource, 'to' | 'vf'>;

/** What is written down of it: how it was, and where it went. */
export const rememberedMoved = (known: Facts, { to, vf }: MovedResource): Facts => ({ ...known, asked: { to: { ...to }, ...(vf && { vf: { ...vf } }) } });

/** What was asked for, by what was written down: to be given back when nobody claims it any more. */
export const askedOfMoved = (link: string, was: Facts): MovedResource => ({ kind: 'moved', in: 'host', link, ...(was['asked'] as unknown as MovedAsked) });

/** Of how it is, what was asked of it; nothing where it is not in its sandbox. */
export function movedAsIs(wanted: MovedResource, { at, name, mac, mtu, vf }: MovedPast): MovedResource | undefined {
  if (at !== 'inside') return undefined;
  return {
    ...wanted,
    to: { ...wanted.to, name },
    ...(wanted.mac !== undefined && mac !== null && { mac }),
    ...(wanted.mtu !== undefined && { mtu }),
    ...(wanted.vf && vf && { vf: settingsIn(wanted.vf, vf) }),
  };
}

/** Of how a virtual function is, what is said of it by `asked`. */
export const settingsIn = (asked: VirtualFunction, now: VirtualFunction): VirtualFunction =>
  Object.fromEntries(
    Object.keys(asked).map((key) => [key, now[key as keyof VirtualFunction] ?? asked[key as keyof VirtualFunction]]),
  ) as unknown as VirtualFunction;

/**
 * The alias of a link while it is not at home: the instance that moved it, where it is, its name there and its own. It says `moved`, so that
 * nobody takes it for a link of ours, which may be deleted.
 */
export const movedMark = ({ id }: Pick<Instance, 'id'>, { link, to }: Pick<MovedResource, 'link' | 'to'>): string =>
  `fairlead-moved:${id} ${to.in} ${to.name} ${link}`;

/** What such an alias says. */
export interface MovedMark {
  readonly instance: string;
  readonly to: { readonly in: Stack; readonly name: string };
  /** Its name at home. */
  readonly link: string;
}

/** Reads it; nothing where it is none. */
export function readMovedMark(alias: string | undefined): MovedMark | undefined {
  const [, instance, stack, name, link] = /^fairlead-moved:(\S+) (ns\/\S+) (\S+) (\S+)$/.exec(alias ?? '') ?? [];
  if (instance === undefined || stack === undefined || name === undefined || link === undefined) return undefined;
  return { instance, to: { in: stack as Stack, name }, link };
}
