import type { Ip } from '../../ip/types.js';
import type { LinkResource, Stack, UpperSpec } from '../../resource/resource.js';
import type { Announcement } from './announcer.js';
import type { IpsecResource } from './ipsec/ipsec.js';
import type { HostPort } from './conntrack/delete-by-port.js';

/** A link that is to be deleted, by its index: the name may be another's by then. */
export interface LeavingLink {
  readonly stack: Stack;
  readonly name: string;
  readonly index: number;
  /** The other end of a veth, which goes with it. */
  readonly peer?: { readonly in: Stack; readonly name: string };
  readonly bridge: boolean;
  /** How it stands upon another link, which takes no other kind meanwhile. */
  readonly upper?: UpperSpec;
}

/** What a plan deletes behind the reply. */
export interface Leaving {
  readonly links: LeavingLink[];
  readonly namespaces: Stack[];
  /** Policies go when no link is left whose packets they keep from going in the clear. */
  readonly ipsec: IpsecResource[];
  /** Addresses whose tracked connections are forgotten once no link has them any more. */
  readonly addresses: Ip[];
  /** Published ports that lead elsewhere now: their tracked connections are forgotten before the reply. */
  readonly published: HostPort[];
  /** What of a link that came home could not be made as it was. */
  readonly troubles: string[];
  /** What neighbours are told behind the reply. */
  readonly announcements: Announcement[];
}

/** A link as it leaves. */
export const leavingLink = ({ in: stack, name, spec }: LinkResource, index: number): LeavingLink => ({
  stack,
  name,
  index,
  bridge: spec.type === 'bridge',
  ...(spec.type === 'veth' && { peer: spec.peer }),
  ...('parent' in spec && { upper: spec }),
});

/** The namespaces that a link is in or leads into. */
export const leadsInto = ({ stack, peer }: Pick<LeavingLink, 'stack' | 'peer'>): readonly Stack[] =>
  [stack, ...(peer ? [peer.in] : [])].filter((each) => each !== 'host');

/** Nothing, to be added to. */
export const leavingNothing = (): Leaving => ({ links: [], namespaces: [], ipsec: [], addresses: [], published: [], troubles: [], announcements: [] });

/** Whether there is nothing to be deleted behind the reply. */
export const isEmpty = ({ links, namespaces, ipsec, addresses }: Leaving): boolean => links.length + namespaces.length + ipsec.length + addresses.length === 0;
