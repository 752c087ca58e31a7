import type { Facts } from '../base/json.js';
import type { ProcessId } from '../base/process-id.js';
import type { Family, Ip, Mac } from '../ip/types.js';
import type { ForwardedPacket, Judgement } from '../resource/firewall.js';
import type { HeldResource, Key, LinkKind, Plan, Resource, Stack } from '../resource/resource.js';
import type { LinkTraffic } from '../resource/link-traffic.js';
import type { ListenerSeen, Survey } from '../resource/survey.js';

/** What `apply` answers once the changes are live. */
export interface Applied {
  /**
   * Settles when the kernel has let go of everything that the plan deletes. A link's deletion waits for an RCU grace period
   * of tens of milliseconds, so links and namespaces are deleted in batches behind the reply; until then an address
   * that was on such a link stays taken.
   */
  readonly drained: Promise<void>;
  /** Settles when connections to published ports that lead elsewhere now are forgotten: then the next packet takes the new way. Absent where there are none. */
  readonly redirected?: Promise<void>;
}

/** A namespace that is to be adopted, as it is found. */
export interface Visited {
  readonly cookie: string;
  /** The stack of ours that it was made for: then it is not somebody else's. */
  readonly made?: Stack;
  /** The names of its links. */
  readonly links: readonly string[];
  /** The families that have a default route of somebody else's. */
  readonly ways: readonly Family[];
}

/** Where a sandbox's resolver is asked: descriptors of bound sockets inside its stack, the second one listening. */
export interface ResolverSockets {
  readonly udp: number;
  readonly tcp: number;
}

/** A socket to be opened inside a stack. Port 0 takes a free one. */
export interface SocketSpec {
  readonly type: 'udp' | 'tcp';
  readonly address: Ip;
  readonly port: number;
}

/**
 * A place where frames are heard and sent: a link, and the UDP port to which they are addressed; of IPv6 neighbours' questions are heard as well (RFC
 * 4861 §4.3). Without a port it is what neighbours ask and say of addresses: ARP, of IPv6 their questions and answers (§4.3, §4.4).
 */
export interface FramesSpec {
  readonly link: string;
  readonly port?: number;
  /** Default: 4. */
  readonly family?: Family;
  /** What is for this MAC address is heard as well, beside what is for the link's own and for all. */
  readonly mac?: Mac;
}

/** Frames of Ethernet, past the stack's own protocols. What is heard may be of anybody. */
export interface Frames extends AsyncDisposable {
  /** The hardware address of the link. */
  readonly mac: Mac;
  /** Sends one as it is, by the link. Throws `kernel-absent` when that has gone, and `kernel-refused`. */
  send(frame: Uint8Array): Promise<void>;
}

/** Which part of a reading of everything: sandboxes, the host's links with their addresses and routes, who is known to be where by them, the host's tables. */
export type Part = 'first' | 'next' | 'host' | 'neighbours' | 'last';

/**
 * The only door to the operating system. `linux/` and `simulated/` pass one conformance suite, errors included:
 * `kernel-exists`, `kernel-absent`, `kernel-denied`, `kernel-lacks`, `kernel-refused`, `bridge-full`, `parent-bound`, `parent-unfit`, `namespace-invalid`, `kernel-closed`.
 */
export interface Kernel extends AsyncDisposable {
  /** Makes all the changes or none: on failure what was done is undone, then it rejects. */
  apply(plan: Plan): Promise<Applied>;
  /** Makes all of a plan before it returns, where that is a few elements of the host's tables; false when it did nothing: then it is for `apply`. */
  put(plan: Plan): boolean;
  /** What is ours in these stacks (default: the host's and every namespace of ours), borrowed things left out but for ports of bridges of ours. Pending deletions are finished first. */
  read(stacks?: readonly Stack[]): Promise<readonly Resource[]>;
  /**
   * The same of everything in parts, between which others are served: some namespaces, more of them, the host's stack with all namespaces that were in no part, in three
   * (`stacks` is empty from there on). Pending deletions are finished before those.
   */
  readPart(part: Part, stacks: readonly Stack[]): Promise<readonly Resource[]>;
  /**
   * How these are now, and what else of ours is on their links or in their table; what is not there is left out, and so are
   * borrowed things. It takes as long as what is asked for, not as what the host holds, and no pending deletion is waited for.
   */
  look(resources: readonly Resource[]): Promise<readonly Resource[]>;
  /** How the borrowed things among these resources are now, in their order; `null` where there is nothing to give back. */
  was(resources: readonly Resource[]): Promise<readonly (Facts | null)[]>;
  /**
   * Keys of ours that somebody else touched, gathered into one list a burst. A flushed ruleset is the key of its table, and a link that comes, upon which
   * one could not be made because it was not there, is its own key. A link of somebody else's that leads outside for us, upon which one of ours stands or
   * which is a port of a bridge in use, is told of as up when it has its carrier again, and so is that bridge.
   */
  watch(signal: AbortSignal): AsyncIterable<readonly Key[]>;
  /** Everything in a stack, whoever made it, but what is being deleted. */
  survey(stack: Stack): Promise<Survey>;
  /**
   * The same of the host's stack, but for the marked ends of our own veths: what there is to choose beside and to stand upon, however many
   * sandboxes there are. An end that is `named` is told of.
   */
  surroundings(named?: readonly string[]): Promise<Survey>;
  /** The kinds of links that it does not make. Asking changes nothing, but that the kernel may load a module of its own. */
  lacks(): Promise<readonly LinkKind[]>;
  /** What has passed the links of a stack. */
  traffic(stack: Stack): Promise<readonly LinkTraffic[]>;
  /** What other programs' firewalls in the host's stack make of packets that it forwards. */
  judge(packets: readonly ForwardedPacket[]): Promise<Judgement>;
  /** What listens in a stack, whoever does. */
  listeners(stack: Stack): Promise<readonly ListenerSeen[]>;
  /** The cookie of the namespace at this path (SO_NETNS_COOKIE; unique, never reused while the kernel runs) as decimal text. */
  cookie(path: string): Promise<string>;
  /** What the namespace at this path is before it is adopted. What of ours is still leaving it is gone by then. */
  visit(path: string): Promise<Visited>;
  /** The path by which a program enters this stack: the namespace's file, or the host's own. */
  pathOf(stack: Stack): string;
  /** The descriptor of a bound socket inside a stack; a TCP socket listens. The caller owns it. */
  socket(stack: Stack, spec: SocketSpec): Promise<number>;
  /**
   * The sockets to which a sandbox's table leads what is for its resolver: opened by the plan that made the namespace and the table, where nothing there had
   * the port. Answered once, and the caller owns them; those that nobody asked for are closed when the namespace goes.
   */
  resolverSockets(stack: Stack): ResolverSockets | undefined;
  /**
   * Hears what comes in by a link of a stack, whomever it is for, until it is disposed of. Throws `kernel-absent` when there is no such
   * stack or link. While it is open it keeps the namespace alive: whoever opens it closes it soon.
   */
  frames(stack: Stack, spec: FramesSpec, heard: (frame: Uint8Array) => void): Promise<Frames>;
  /**
   * Who has a port of this stack, so that it cannot be held: `nginx (pid 4121)`, or `another program` where that is not seen. `undefined`
   * where nobody but us has it. Throws `kernel-absent` when there is no such stack.
   */
  holder(held: HeldResource): Promise<string | undefined>;
  /** When the process of this pid started, as `ProcessId` has it; `undefined` when there is none, or it has ended. The pid is one of our own pid namespace. */
  started(pid: number): Promise<string | undefined>;
  /** Resolves when this very process has ended, at once when it has already. Rejects with the signal's reason when that aborts before. */
  ended(process: ProcessId, signal: AbortSignal): Promise<void>;
  /** Settles when no deletion is pending. */
  settled(): Promise<void>;
  /** Has every deletion that is pending `drained`, links that are only down by then: nothing comes from them or goes to them, and they go in their own time. */
  silent(): Promise<void>;
}
