import { asFailure, type FairleadError, failure } from '../../base/error.js';
import { Hub } from '../../base/hub.js';
import type { Facts } from '../../base/json.js';
import type { ProcessId } from '../../base/process-id.js';
import { commands } from '../../resource/commands.js';
import type { ForwardedPacket, Judgement } from '../../resource/firewall.js';
import { endsOf, linkKey } from '../../resource/key.js';
import { keyOf } from '../../resource/key.js';
import type { HeldResource, Key, LinkKind, Operation, Plan, Resource, Stack, TableFamily } from '../../resource/resource.js';
import type { LinkTraffic } from '../../resource/link-traffic.js';
import type { ListenerSeen, Survey } from '../../resource/survey.js';
import { bridgeFull } from '../bridge-full.js';
import { fewElements } from '../few-elements.js';
import { linkLacking } from '../kernel-lacks.js';
import type { Applied, Frames, FramesSpec, Kernel, Part, SocketSpec, Visited } from '../kernel.js';
import { linkNow } from './borrowed.js';
import { functionsNow, movedNow } from './moved.js';
import { PROTOCOL } from './addresses.js';
import { admissionsOf } from './admissions.js';
import { Disturbance } from './disturbance.js';
import { Drain } from './drain.js';
import { enslavedNow } from './enslaved.js';
import { Errno, refusal } from './errno.js';
import { type Foreign, newWorld } from './foreign.js';
import { namespaceAt, offerNamespace } from './namespaces.js';
import { openFrames } from './frames.js';
import { Held } from './held.js';
import { type Hand, operate } from './operate.js';
import { processEnd } from './processes.js';
import { ours, survey } from './reading.js';
import { bind } from './sockets.js';
import { sysctlNow } from './sysctls.js';
import { Undo } from './undo.js';
import { type Named, netOf, type World } from './world.js';

// No packet passes here.
const IN_TABLES: ReadonlySet<Resource['kind']> = new Set(['table', 'element', 'admission', 'policy', 'transform']);
const OF_NEIGHBOURS: ReadonlySet<Resource['kind']> = new Set(['neighbour', 'forward', 'behind']);
const NOTHING = { bytes: 0, packets: 0, errors: 0, dropped: 0 };

/** What a simulated host begins with. */
export interface SimulatedOptions {
  /** The instance whose mark new things carry. */
  readonly instance?: string;
  /** Whether the host already forwards packets. */
  readonly forwarding?: { readonly 4: boolean; readonly 6: boolean };
  /** What others have on the host. */
  readonly foreign?: Foreign;
  /** The families of nftables that it was built without. */
  readonly lacks?: readonly TableFamily[];
  /** The kinds of links that it was built without. */
  readonly lacksLinks?: readonly LinkKind[];
  /** It was built without IPsec's ESP. */
  readonly lacksEsp?: boolean;
  /** It was built without VLANs of bridges. */
  readonly lacksVlans?: boolean;
}

/**
 * A kernel in memory: it applies the same plans with the same answers as Linux, and moves no packets. Descriptors of
 * sockets are numbers that no file has.
 */
export class SimulatedKernel implements Kernel {
  readonly #world: World;
  readonly #hand: Hand;
  readonly #drain = new Drain();
  readonly #touched = new Hub<readonly Key[]>();
  readonly #closing = new AbortController();
  readonly #parts = new Set<Stack>();
  readonly #refusals = new Set<(operation: Operation) => boolean>();
  /** What somebody else does on this host. For tests. */
  readonly disturb: Disturbance;

  constructor(options: SimulatedOptions = {}, world: World = newWorld(options)) {
    const instance = options.instance ?? 'simulated';
    this.#world = world;
    this.#hand = { world, instance, held: new Held(), pathOf: (stack) => this.pathOf(stack) };
    this.disturb = new Disturbance(world, instance, (keys) => this.#touched.tell(keys));
  }

  async apply(plan: Plan): Promise<Applied> {
    this.#open();
    const undo = new Undo();
    try {
      this.#make(undo, plan);
    } catch (error) {
      undo.run();
      throw error;
    }
    return { drained: plan.some(lingers) ? this.#drain.later() : Promise.resolve() };
  }

  put(plan: Plan): boolean {
    this.#open();
    if (!fewElements(plan)) return false;
    const undo = new Undo();
    try {
      this.#make(undo, plan);
      return true;
    } catch {
      undo.run();
      return false;
    }
  }

  async read(stacks: readonly Stack[] = [...this.#world.stacks.keys()]): Promise<readonly Resource[]> {
    this.#open();
    await this.#drain.now();
    return stacks.flatMap((stack) => {
      const named = this.#world.stacks.get(stack);
      return named ? [...this.#ours(stack, named), ...this.#hand.held.list().filter((each) => each.in === stack)] : [];
    });
  }

  async readPart(part: Part, stacks: readonly Stack[]): Promise<readonly Resource[]> {
    if (part === 'first') this.#parts.clear();
    for (const stack of stacks) this.#parts.add(stack);
    if (part === 'first' || part === 'next') return this.read(stacks);
    const rest = await this.read([...this.#world.stacks.keys()].filter((stack) => !this.#parts.has(stack)));
    return rest.filter((each) => (each.in === 'host' ? partOf(each) : 'host') === part);
  }

  async look(resources: readonly Resource[]): Promise<readonly Resource[]> {
    this.#open();
    const wanted = new Set(resources.flatMap(placesOf));
    const stacks = new Set(resources.flatMap((each) => [each.in, ...(each.kind === 'link' && each.spec.type === 'veth' ? [each.spec.peer.in] : [])]));
    const held = new Set(resources.flatMap((each) => (each.kind === 'held' ? [keyOf(each)] : [])));
    const there = [...stacks].flatMap((stack) => {
      const named = this.#world.stacks.get(stack);
      return named ? this.#ours(stack, named).filter((each) => placesOf(each).some((place) => wanted.has(place))) : [];
    });
    return [...there, ...this.#hand.held.list().filter((each) => held.has(keyOf(each)))];
  }

  async was(resources: readonly Resource[]): Promise<readonly (Facts | null)[]> {
    this.#open();
    return resources.map((resource) => {
      if (resource.kind === 'moved') return movedNow(this.#world, resource);
      if (resource.kind === 'functions') return functionsNow(this.#world, resource);
      if (resource.kind === 'borrow') return linkNow(this.#world, resource);
      if (resource.kind === 'enslaved') return enslavedNow(this.#world, resource);
      if (resource.kind === 'admission') return this.#world.docker.has(resource.family) ? {} : null;
      return resource.kind === 'sysctl' ? sysctlNow(this.#world, resource) : null;
    });
  }

  watch(signal: AbortSignal): AsyncIterable<readonly Key[]> {
    this.#open();
    return this.#touched.stream(AbortSignal.any([signal, this.#closing.signal]));
  }

  async survey(stack: Stack): Promise<Survey> {
    this.#open();
    await this.#drain.now();
    return this.#answer('ip address', () => survey(this.#world, stack, this.#hand.instance));
  }

  async surroundings(named: readonly string[] = []): Promise<Survey> {
    const { links, ...rest } = await this.survey('host');
    const ends = new Set(links.filter(({ name, type, ours }) => type === 'veth' && ours && !named.includes(name)).map(({ name }) => name));
    return { links: links.filter(({ name }) => !ends.has(name)), ...rest };
  }

  async traffic(stack: Stack): Promise<readonly LinkTraffic[]> {
    this.#open();
    return this.#answer('ip -s link', () => [...netOf(this.#world, stack).links.keys()].map((name) => ({ name, received: NOTHING, sent: NOTHING })));
  }

  async lacks(): Promise<readonly LinkKind[]> {
    this.#open();
    return [...this.#world.lacksLinks];
  }

  async judge(packets: readonly ForwardedPacket[]): Promise<Judgement> {
    this.#open();
    const { firewalls } = this.#world;
    return {
      drops: packets.map((packet) => firewalls.filter(({ drops }) => drops(packet)).map(({ chain }) => chain)),
    };
  }

  async listeners(stack: Stack): Promise<readonly ListenerSeen[]> {
    this.#open();
    return this.#answer('ss -lntu', () => netOf(this.#world, stack).connections.listeners());
  }

  async cookie(path: string): Promise<string> {
    this.#open();
    return namespaceAt(this.#world, path).cookie;
  }

  async visit(path: string): Promise<Visited> {
    this.#open();
    const { cookie } = namespaceAt(this.#world, path);
    await this.#drain.now();
    const net = namespaceAt(this.#world, path);
    const { links, routes } = net;
    const [made] = [...this.#world.stacks].find(([stack, named]) => named.net === net && stack !== 'host' && named.resource?.adopted === undefined) ?? [];
    const ways = [...routes.values()].flatMap(({ resource, protocol }) => (resource.to === 'default' && protocol !== PROTOCOL ? [resource.family] : []));
    return { cookie, ...(made && { made }), links: [...links.keys()], ways: [...new Set(ways)] };
  }

  pathOf(stack: Stack): string {
    return stack === 'host' ? this.#world.path : `${this.#world.path}/${stack}`;
  }

  resolverSockets(): undefined {}

  async socket(stack: Stack, spec: SocketSpec): Promise<number> {
    this.#open();
    return this.#answer(`bind ${spec.type} ${spec.address} ${spec.port}`, () => bind(this.#world, netOf(this.#world, stack), spec));
  }

  async frames(stack: Stack, spec: FramesSpec, heard: (frame: Uint8Array) => void): Promise<Frames> {
    this.#open();
    const frames = this.#answer(`tcpdump -i ${spec.link} udp dst port ${spec.port}`, () => openFrames(this.#world, stack, spec, heard));
    const send = (frame: Uint8Array) => frames.send(frame).catch((error: unknown) => this.#answer('send', () => raise(error)));
    return { ...frames, send };
  }

  async holder(held: HeldResource): Promise<string | undefined> {
    this.#open();
    return this.#answer(`bind ${held.protocol} ${held.ip} ${held.port}`, () => this.#hand.held.holder(netOf(this.#world, held.in), held));
  }

  async started(pid: number): Promise<string | undefined> {
    this.#open();
    return this.#world.processes.get(pid);
  }

  async ended(process: ProcessId, signal: AbortSignal): Promise<void> {
    this.#open();
    await processEnd(this.#world, process, AbortSignal.any([signal, this.#closing.signal]));
  }

  silent(): Promise<void> {
    return this.settled();
  }

  async settled(): Promise<void> {
    this.#open();
    await this.#drain.now();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort(failure('kernel-closed', {}));
    await this.#drain.now();
    this.#hand.held.close();
  }

  /** Makes a namespace as somebody else would; its path can be adopted. For tests. */
  offer(): string {
    return offerNamespace(this.#world);
  }

  /** Closes a descriptor that `socket` gave. For tests. */
  close(descriptor: number): void {
    this.#world.descriptors.get(descriptor)?.();
    this.#world.descriptors.delete(descriptor);
  }

  /** Refuses every operation that `when` picks, with EPERM, until the returned function is called. For tests. */
  refuse(when: (operation: Operation) => boolean): () => void {
    this.#refusals.add(when);
    return () => this.#refusals.delete(when);
  }

  /** Another process's kernel on the same host: what this one made is there, but for the ports that its own process held. For tests. */
  again(options: Pick<SimulatedOptions, 'instance'> = { instance: this.#hand.instance }): SimulatedKernel {
    this.#hand.held.close();
    return new SimulatedKernel(options, this.#world);
  }

  #ours(stack: Stack, named: Named): readonly Resource[] {
    const { instance } = this.#hand;
    return [...ours(stack, named, instance), ...(stack === 'host' ? [...admissionsOf(this.#world, instance), ...this.#world.ipsec.values()] : [])];
  }

  #open(): void {
    if (this.#closing.signal.aborted) throw failure('kernel-closed', {});
  }

  #make(undo: Undo, plan: Plan): void {
    for (const operation of plan) {
      try {
        if (this.#refusals.size > 0) this.#judge(operation);
        operate(this.#hand, undo, operation);
      } catch (error) {
        throw error instanceof Errno ? refused(operation, error) : asFailure(error);
      }
    }
  }

  #judge(operation: Operation): void {
    for (const when of this.#refusals) if (when(operation)) throw new Errno('EPERM');
  }

  #answer<T>(command: string, work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw error instanceof Errno ? refusal(error.errno, command, error) : error;
    }
  }
}

function raise(error: unknown): never {
  throw error;
}

function refused(operation: Operation, error: Errno): FairleadError {
  const full = error.errno === 'EXFULL' ? bridgeFull(operation, error) : undefined;
  return full ?? refusal(error.errno, commands([operation])[0] ?? '', error, linkLacking(operation));
}

// Where a resource is: on a link, in a table, or by itself. A veth is at both of its ends.
function placesOf(resource: Resource): readonly Key[] {
  switch (resource.kind) {
    case 'up':
    case 'borrow':
    case 'functions':
    case 'enslaved':
    case 'address':
    case 'neighbour':
    case 'forward':
    case 'behind':
    case 'rate':
    case 'redirect':
    case 'wireguard':
    case 'peer':
      return [linkKey(resource.in, resource.link)];
    case 'route':
      return [linkKey(resource.in, resource.dev)];
    case 'table':
    case 'element':
      return [`table ${resource.in} `];
    default:
      return endsOf(resource);
  }
}

// What waits for an RCU grace period.
// The part of a reading in which what is in the host's stack is found.
const partOf = ({ kind }: Resource): Part => (IN_TABLES.has(kind) ? 'last' : OF_NEIGHBOURS.has(kind) ? 'neighbours' : 'host');

const lingers = (operation: Operation): boolean => operation.do === 'delete' && (operation.resource.kind === 'link' || operation.resource.kind === 'namespace');
