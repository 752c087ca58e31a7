import type { Mac } from '../../ip/types.js';
import { carriesIpv6 } from '../../ip/carries-ipv6.js';
import type { Stack } from '../../resource/resource.js';
import { getLink, type LinkState, linkState } from './link/link-state.js';
import type { Ipsec } from './ipsec/ipsec.js';
import type { Wireguard } from './wireguard/wireguard.js';
import type { Admissions } from './admissions.js';
import type { Doing } from './doing.js';
import type { Held } from './held.js';
import type { Inet6Off } from './inet6-off.js';
import type { Instance } from '../../resource/mark.js';
import type { Namespaces } from './namespaces.js';
import { isRefusal } from './netlink-socket.js';
import type { Netfilter } from './netfilter.js';
import type { LeavingGroup } from './leaving-group.js';
import type { LinkKinds } from './link-kinds.js';
import type { Uppers } from './uppers.js';
import type { SpareNamespace } from './spare-namespace.js';
import type { Stacks } from './stacks.js';

/** What the operations work with: everything that the worker thread has open. */
export interface Machine {
  readonly instance: Instance;
  readonly stacks: Stacks;
  readonly namespaces: Namespaces;
  readonly spare: SpareNamespace;
  readonly netfilter: Netfilter;
  readonly admissions: Admissions;
  readonly ipsec: Ipsec;
  readonly wireguard: Wireguard;
  readonly held: Held;
  readonly doing: Doing;
  /** Indexes of the host's links that this process made. An index that high never comes back, so these can only be right or gone. */
  readonly indexes: Map<string, number>;
  /** The host's links that are somebody else's and that we use, by their index, as they were seen last. */
  readonly borrowed: Map<number, { readonly name: string; readonly mtu: number; readonly up: boolean; readonly promiscuous: boolean }>;
  /** The group in which links of the host leave. */
  readonly leaving: LeavingGroup;
  /** The kinds of links that this kernel makes. */
  readonly kinds: LinkKinds;
  /** Links of ours upon others of the host's. */
  readonly uppers: Uppers;
  /** The host's links that are to be ports of bridges of ours, by name: which number each has, if it is there, and that bridge. */
  readonly enslaved: Map<
    string,
    { readonly master: string; readonly index: number | undefined; readonly mac?: Mac | undefined; readonly mtu?: number | undefined }
  >;
  /** Where IPv6 was found turned off. */
  readonly inet6Off: Inet6Off;
  /** Whether this kernel has IPv6 (it may be built without, or started with ipv6.disable=1). */
  readonly inet6: boolean;
}

/** Whether a link of this MTU has IPv6: the kernel takes it from one that cannot carry its least packets (inetdev_event and addrconf_notify). */
export const hasInet6 = ({ inet6 }: Pick<Machine, 'inet6'>, mtu: number | undefined): boolean => inet6 && carriesIpv6(mtu);

/** The link of this name in a stack, if there is one. */
export function findLink({ stacks }: Machine, stack: Stack, name: string): LinkState | undefined {
  const found = stacks.get(stack).route.ask(getLink({ name }), ({ payload }) => linkState(payload));
  return isRefusal(found) ? undefined : found;
}
