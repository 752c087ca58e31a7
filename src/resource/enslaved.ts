import type { Facts } from '../base/json.js';
import type { EnslavedResource, Stack } from './resource.js';

/** An address, a route or a neighbour of a link. */
export interface Belonging extends Facts {
  readonly kind: 'address' | 'route' | 'neighbour';
  /** As ip(8) says it, without the link. */
  readonly text: string;
  /** As its kernel told of it: for that kernel alone, which makes it again from this, to the last attribute. */
  readonly told: string;
  /** The kernel makes it by itself wherever a link is up. */
  readonly automatic: boolean;
}

/** How somebody else's link is, and what the host has by it. */
export interface EnslavedPast extends Facts {
  /** Its number, by which what was told names it. */
  readonly index: number;
  /** The bridge whose port it is; empty for none. */
  readonly master: string;
  readonly belongings: readonly Belonging[];
  /** How it behaves, where its kernel has settings for that. */
  readonly settings?: Settings;
}

/** How a link behaves, by the name of each setting. */
export interface Settings extends Facts {
  readonly [setting: string]: string;
}

/** What is written down of it: how it was, and to which bridge it went. */
export const lentTo = (was: Facts, { master }: EnslavedResource): Facts => ({ ...was, asked: { master } });

/** What was asked of a link, by what was written down: to be given back when nobody claims it any more. */
export const enslavedBy = (stack: Stack, link: string, was: Facts): EnslavedResource => {
  const { master = '' } = (was['asked'] ?? {}) as { readonly master?: string };
  return { kind: 'enslaved', in: stack, link, master };
};

/** Of how a link is, what was asked of it: the same as `wanted` where nobody touched that. */
export const enslavedAs = ({ in: stack, link }: EnslavedResource, { master, belongings }: EnslavedPast): EnslavedResource => ({
  kind: 'enslaved',
  in: stack,
  link,
  master,
  ...(belongings.some(isAstray) && { astray: true as const }),
});

// What neighbours a link knows is its own business, until they are written down by somebody.
const isAstray = ({ kind, automatic }: Belonging): boolean => kind !== 'neighbour' && !automatic;
