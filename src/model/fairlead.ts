import type { FairleadError } from '../base/error.js';
import type { Id } from '../base/id.js';
import type { Facts } from '../base/json.js';
import type { Owner } from '../resource/owner.js';
import type { CallHow, EndpointAsk, EndpointChange, NetworkAsk, NetworkChange, RemoveHow, SandboxAsk, SandboxChange } from './asks.js';
import type { HostView } from './cluster.js';
import type { EndpointTraffic } from './endpoint-traffic.js';
import type { Endpoint, Network, Sandbox } from './records.js';

/**
 * Objects of one kind. `ref` is a name, a whole id or an unambiguous beginning of one. What is given back is a snapshot. Every call throws a `FairleadError`
 * (docs/reference/errors.md) and has changed nothing then, but for a signal's reason: that is thrown as it is, and what was begun may be done. None has a time
 * limit but that of a signal: `{ signal: AbortSignal.timeout(5_000) }`.
 */
export interface Collection<T, Ask, Change> {
  /** Makes one: it is live when this resolves. Throws `name-taken`, `value-invalid` and many more. */
  create(ask: Ask, how?: CallHow): Promise<T>;
  /** Changes a living one; what the change leaves out stays. */
  update(ref: string, change: Change, how?: CallHow): Promise<T>;
  /** Throws `network-absent`, `sandbox-absent`, `endpoint-absent`. */
  get(ref: string, how?: CallHow): Promise<T>;
  /** All there are. */
  list(how?: CallHow): Promise<readonly T[]>;
  /** Removes one. Throws where there is none (`sandbox-absent`), and where it is in use (`network-in-use`, `endpoint-active`, `sandbox-busy`). */
  remove(ref: string, how?: RemoveHow & CallHow): Promise<void>;
}

/** What became of one of many that were asked for. */
export type Made = { readonly sandbox: Sandbox } | { readonly error: FairleadError };

/** What became of one of many that were to be removed: the word by which it was named, or why it is still there. */
export type Removed = { readonly ref: string } | { readonly error: FairleadError };

/** Sandboxes are also made, and removed, many at once. */
export interface Sandboxes extends Collection<Sandbox, SandboxAsk, SandboxChange> {
  /**
   * Makes all of these, each for itself: what became of each, in the order of the asks. They go to the kernel some at a time, so that whoever asks
   * for one meanwhile does not wait for all; `told` hears how many are done; where it throws or rejects, a warning of the process says so, and it hears
   * no more. Throws only where none was begun, and where its signal aborts.
   */
  createMany(asks: readonly SandboxAsk[], told?: (done: number) => void, how?: CallHow): Promise<readonly Made[]>;
  /** Removes all of these in the same way. To settle is waited for once, at the end. */
  removeMany(refs: readonly string[], how?: RemoveHow & CallHow, told?: (done: number) => void): Promise<readonly Removed[]>;
}

/** Endpoints are also joined to sandboxes and leave them. A `ref` to one is `NETWORK/NAME` as well: names are unique only within a network. */
export interface Endpoints extends Collection<Endpoint, EndpointAsk, EndpointChange> {
  /** Puts the endpoint into the sandbox: links, addresses and routes are live when it resolves. */
  join(ref: string, sandbox: string, how?: CallHow): Promise<Endpoint>;
  /** Takes it out again; it keeps its addresses. */
  leave(ref: string, how?: RemoveHow & CallHow): Promise<Endpoint>;
}

/** The hosts of the cluster that this one is of; none where it shares nothing with others. */
export interface ClusterHosts {
  list(how?: CallHow): Promise<readonly HostView[]>;
  /** Frees at once all that a host has which is gone and does not come back. Throws `host-absent`, `host-alive`. */
  forget(name: string, how?: CallHow): Promise<void>;
}

/** What exists for an object in the kernel, as the commands by which a person would make it. */
export interface Explanation {
  readonly owner: Owner;
  readonly name: string;
  readonly commands: readonly string[];
}

/** Something that is not as it should be. */
export interface Found {
  /** What kind of trouble it is: one of the table in docs/guides/doctor.md. A promise, as codes of errors are. */
  readonly code: string;
  /** The object concerned, `network/web` say, or `host`. */
  readonly object: string;
  readonly problem: string;
  readonly mend: string;
  /** Whether it is Fairlead's own to mend, so that `--fix` does, and the daemon by itself. Not what was tried and could not be done. */
  readonly ours?: boolean;
}

/** What `doctor` answers: what is not as it should be, or was not and has been mended just now. */
export interface Finding extends Found {
  readonly ours: boolean;
  readonly mended: boolean;
}

/** How `doctor` looks. */
export interface DoctorHow {
  /** Mends what is Fairlead's own to mend, and then looks again. */
  readonly fix?: boolean;
  /** Looks at this object and at what it is joined to alone, as `explain` names it: of the host nothing is told. Not with `fix`, which mends everything. */
  readonly of?: string;
}

/** Something that happened. `at` is milliseconds since 1970; `healed` means that the kernel was made to match the record again,
 * `remade` that a sandbox's namespace was lost and made anew for that: programs that ran in the old one have no network. */
export interface FairleadEvent {
  readonly at: number;
  readonly kind: 'network' | 'sandbox' | 'endpoint';
  readonly id: Id;
  readonly name: string;
  /** Of an endpoint: its network, and the sandbox that it is in, or has just left. */
  readonly network?: Id;
  readonly sandbox?: Id;
  readonly change: 'created' | 'changed' | 'joined' | 'left' | 'removed' | 'healed' | 'remade';
}

/** The facade that everybody sees: the engine implements it, and so does the HTTP client. */
export interface Fairlead extends AsyncDisposable {
  readonly networks: Collection<Network, NetworkAsk, NetworkChange>;
  readonly sandboxes: Sandboxes;
  readonly endpoints: Endpoints;
  readonly hosts: ClusterHosts;
  /** `ref` is a name, an id, or `network/NAME`, `sandbox/NAME`, `endpoint/NETWORK/NAME` where a bare name could be several. */
  explain(ref: string, how?: CallHow): Promise<Explanation>;
  /** What creating this would do, as commands; nothing is done. */
  plan(ask: { readonly network: NetworkAsk }, how?: CallHow): Promise<readonly string[]>;
  /** Compares records and kernel, both ways, and looks at what on the host stands in the way of its networks. */
  doctor(how?: DoctorHow & CallHow): Promise<readonly Finding[]>;
  /** What has passed each endpoint since it was joined. */
  traffic(how?: CallHow): Promise<readonly EndpointTraffic[]>;
  /** About this Fairlead and its host: `version`, `kernel`, how many `networks`, `sandboxes`, `endpoints` and sandboxes held `ready`, `drivers` and their options … */
  info(how?: CallHow): Promise<Facts>;
  /**
   * What happens from this call on, until the signal aborts or this Fairlead is disposed of. Leaving the loop ends it too. Nothing waits for whoever reads
   * it: one that is 10,000 events behind throws `events-lost`. Look at what there is then, and ask for events again.
   */
  events(signal: AbortSignal): AsyncIterable<FairleadEvent>;
  /** Resolves when the kernel has let go of everything that was removed. */
  settled(how?: CallHow): Promise<void>;
}
