import { isLinkLocal } from '../../ip/ip.js';
import { networkAddress, parsePrefixLoose } from '../../ip/prefix.js';
import type { InterfaceAddress, Prefix } from '../../ip/types.js';
import type { LinkResource, Stack, UpperSpec } from '../../resource/resource.js';
import type { Announcement } from './announcer.js';
import type { IpsecResource } from './ipsec/ipsec.js';

/** A link that is to be deleted, by its index: the name may be another's by then. */
export interface LeavingLink {
  readonly stack: Stack;
  readonly name: string;
  readonly index: number;
  /** The other end of a veth, which goes with it. */
  readonly peer?: { readonly in: Stack; readonly name: string };
  readonly bridge: boolean;
  /** The subnets that lead over it until then. */
  readonly subnets: readonly Prefix[];
  /** How it stands upon another link, which takes no other kind meanwhile. */
  readonly upper?: UpperSpec;
}

/** What a plan deletes behind the reply. */
export interface Leaving {
  readonly links: LeavingLink[];
  readonly namespaces: Stack[];
  /** Policies go when no link is left whose packets they keep from going in the clear. */
  readonly ipsec: IpsecResource[];
  /** What of a link that came home could not be made as it was. */
  readonly troubles: string[];
  /** What neighbours are told behind the reply. */
  readonly announcements: Announcement[];
}

/** A link as it leaves, with the addresses that go with it. */
export const leavingLink = ({ in: stack, name, spec }: LinkResource, index: number, addresses: readonly InterfaceAddress[]): LeavingLink => ({
  stack,
  name,
  index,
  bridge: spec.type === 'bridge',
  subnets: subnetsOf(addresses),
  ...(spec.type === 'veth' && { peer: spec.peer }),
  ...('parent' in spec && { upper: spec }),
});

/** The subnets of these addresses, but for link-local ones: those are on every link. */
export const subnetsOf = (addresses: readonly InterfaceAddress[]): readonly Prefix[] =>
  addresses.flatMap((each) => parsePrefixLoose(each) ?? []).filter((subnet) => !isLinkLocal(networkAddress(subnet)));

/** The namespaces that a link is in or leads into. */
export const leadsInto = ({ stack, peer }: Pick<LeavingLink, 'stack' | 'peer'>): readonly Stack[] =>
  [stack, ...(peer ? [peer.in] : [])].filter((each) => each !== 'host');

/** Nothing, to be added to. */
export const leavingNothing = (): Leaving => ({ links: [], namespaces: [], ipsec: [], troubles: [], announcements: [] });

/** Whether there is nothing to be deleted behind the reply. */
export const isEmpty = ({ links, namespaces, ipsec }: Leaving): boolean => links.length + namespaces.length + ipsec.length === 0;
