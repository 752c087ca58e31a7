import type { FairleadError } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Ip, Prefix } from '../ip/types.js';
import type { ForwardedPacket, Judgement } from '../resource/firewall.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Operation, Stack } from '../resource/resource.js';
import type { ListenerSeen, Survey } from '../resource/survey.js';
import type { OwnPlace, Unfollowed } from './cluster.js';
import type { Found } from './fairlead.js';
import type { Endpoint, Network, Sandbox } from './records.js';

/** A name server that sandboxes depend on, and whose stack it is asked from: the host's, where it is the host's own. */
export interface ServerAsked {
  readonly server: Ip;
  readonly sandbox?: Sandbox;
}

/** What a check of `doctor` looks at. */
export interface DoctorView {
  readonly networks: readonly Network[];
  readonly sandboxes: readonly Sandbox[];
  readonly endpoints: readonly Endpoint[];
  /** This host's place in its cluster, where it is one of several. */
  readonly cluster?: OwnPlace;
  /** What the others of its cluster wrote and this host cannot follow. */
  readonly unfollowed: readonly Unfollowed[];
  /** Objects that something was begun with and nobody is at work on any more. */
  readonly abandoned: readonly Owner[];
  /** Pools in which no address is free. */
  readonly full: readonly { readonly network: Network; readonly range: Prefix }[];
  /** What would make the kernel as the records say, and who wants it; nobody, where it is to go. */
  readonly differences: readonly { readonly operation: Operation; readonly owners: readonly Owner[] }[];
  /** What was to be mended and could not be. */
  readonly stuck: ReadonlySet<Key>;
  /** Which program has a port that is to be held and is not, by the key of its resource. */
  readonly holders: ReadonlyMap<Key, string>;
  /** What keeps names from being answered: everywhere, and in single sandboxes. */
  readonly unanswered: { readonly resolver: FairleadError | undefined; readonly sandboxes: ReadonlyMap<Id, FairleadError> };
  /** What there is in the host's stack, whoever made it. */
  readonly host: Survey;
  /** Settings of the host below /proc/sys, in the order of their paths; undefined for one that this kernel has not. */
  settings(paths: readonly string[]): Promise<readonly (string | undefined)[]>;
  /** What other programs' firewalls make of packets that the host forwards. */
  judge(packets: readonly ForwardedPacket[]): Promise<Judgement>;
  /** What listens in a stack. */
  listeners(stack: Stack): Promise<readonly ListenerSeen[]>;
  /** Whether a program of the host could be at this address, though no link has it: by a local route, or by `ip_nonlocal_bind`. */
  canBind(ip: Ip): Promise<boolean>;
  /** The name servers that sandboxes depend on and that were asked just now without an answer. */
  silentServers(): Promise<readonly ServerAsked[]>;
  /** Whether findings of this object are asked for: `network/web`. What takes long is not done for others. */
  concerns(object: string): boolean;
  /** The commands that do it, typed on this host, so that what they make is ours. */
  typed(operation: Operation): readonly string[];
  /** An owner as users name it: `network/web`. */
  nameOf(owner: Owner): string;
}

/** One kind of trouble that `doctor` looks for. */
export interface Check {
  readonly name: string;
  /** Whether what it finds is Fairlead's own to mend, where it does not say so itself: `doctor --fix` does. */
  readonly ours: boolean;
  run(view: DoctorView): readonly Found[] | Promise<readonly Found[]>;
}
