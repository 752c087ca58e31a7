import type { Facts } from '../../base/json.js';
import type { ProcessId } from '../../base/process-id.js';
import type { ForwardedPacket, Judgement } from '../../resource/firewall.js';
import type { HeldResource, Key, LinkKind, Resource, Stack } from '../../resource/resource.js';
import type { LinkTraffic } from '../../resource/link-traffic.js';
import type { ListenerSeen, Survey } from '../../resource/survey.js';
import type { Mac } from '../../ip/types.js';
import type { FramesSpec, Part, SocketSpec, Visited } from '../kernel.js';
import type { Asked, Word } from './io/thread-words.js';
import type { OpenedSockets } from './open-resolver-sockets.js';
import type { PackedPlan, PackedResources } from './packed.js';
import type { Instance } from '../../resource/mark.js';

/** What the worker thread is started with. */
export interface Start {
  /** The path of the host's namespace; none for that of the process. */
  readonly host?: string;
  readonly run: string;
  readonly instance: Instance;
  /** One number, shared: not 0 once the thread is to end. */
  readonly ending: Int32Array;
}

/** What can be asked of the worker: argument and answer of each call. */
export interface Calls {
  /** `leaving` when something is deleted behind the reply; `Drained` follows then. */
  apply: { plan: PackedPlan; answer: { readonly leaving: boolean; readonly opened: readonly OpenedSockets[] } };
  /** A socket of the host's for the main thread's own use, by which elements of our tables are added. */
  lane: { answer: { readonly fd: number; readonly port: number } };
  /** Another, by which connections are forgotten. */
  flows: { answer: number };
  read: { stacks: readonly Stack[] | undefined; part: Part | undefined; answer: PackedResources };
  look: { resources: readonly Resource[]; answer: PackedResources };
  was: { resources: readonly Resource[]; answer: readonly (Facts | null)[] };
  survey: { stack: Stack; answer: Survey };
  surroundings: { named: readonly string[]; answer: Survey };
  lacks: { answer: readonly LinkKind[] };
  traffic: { stack: Stack; answer: readonly LinkTraffic[] };
  judge: { packets: readonly ForwardedPacket[]; answer: Judgement };
  listeners: { stack: Stack; answer: readonly ListenerSeen[] };
  cookie: { path: string; answer: string };
  visit: { path: string; answer: Visited };
  socket: { stack: Stack; spec: SocketSpec; answer: number };
  /** The hardware address of the link; `heard` follows for each frame. */
  frames: { stack: Stack; spec: FramesSpec; answer: Mac };
  /** Sends by what an earlier request has opened. */
  send: { opener: number; frame: Uint8Array; answer: undefined };
  unframe: { opener: number; answer: undefined };
  holder: { held: HeldResource; answer: string | undefined };
  started: { pid: number; answer: string | undefined };
  /** True when it still runs; `ended` follows then. */
  ended: { process: ProcessId; answer: boolean };
  /** Waits no longer for what this request asked for. */
  forget: { asker: number; answer: undefined };
  /** True when something is still being deleted; `drained` follows then. */
  settled: { answer: boolean };
  silent: { answer: undefined };
  watch: { answer: undefined };
  unwatch: { answer: undefined };
}

/** One request. */
export type Ask = Asked<Calls>;

/** What the thread says by itself: the deletions of a call are done, a process has ended, a frame has come, something is to be sent that takes long, somebody else changed what is ours. */
export type News =
  | { readonly drained: number }
  | { readonly ended: number }
  | { readonly opener: number; readonly heard: Uint8Array }
  | { readonly sent: { readonly socket: number; readonly bytes: Uint8Array } }
  | { readonly touched: readonly Key[] };

/** All that it says. */
export type Say = Word | News;
