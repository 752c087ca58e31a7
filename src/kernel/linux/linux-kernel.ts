import { join } from 'node:path';
import { failure } from '../../base/error.js';
import { Hub } from '../../base/hub.js';
import type { Facts } from '../../base/json.js';
import { type Log, silent } from '../../base/log.js';
import type { ProcessId } from '../../base/process-id.js';
import type { ForwardedPacket, Judgement } from '../../resource/firewall.js';
import type { HeldResource, Key, LinkKind, Plan, Resource, Stack } from '../../resource/resource.js';
import type { LinkTraffic } from '../../resource/link-traffic.js';
import type { ListenerSeen, Survey } from '../../resource/survey.js';
import { fewElements } from '../few-elements.js';
import type { Applied, Frames, FramesSpec, Kernel, Part, ResolverSockets, SocketSpec, Visited } from '../kernel.js';
import type { Instance } from '../../resource/mark.js';
import { ElementLane } from './element-lane.js';
import { FlowDeletions } from './flow-deletions.js';
import { flowsOf } from './flows-of.js';
import { close } from './io/close.js';
import { PolledThread } from './io/polled-thread.js';
import { sendInPool } from './libc.js';
import { packPlan, unpackResources } from './packed.js';
import type { Calls, News } from './protocol.js';
import { UntakenSockets } from './untaken-sockets.js';

/** Of connections of what has left: no walk of the table for so many times what the last one took. */
const REST = 10;

/** How to open a kernel. */
export interface LinuxKernelOptions {
  /** The path of the network namespace that is the host's stack; that of the process unless given. */
  readonly host?: string;
  /** The directory of this instance. Files of namespaces are made in its `netns`. */
  readonly run: string;
  /** What marks links as ours: an id for their alias, a number for their group. */
  readonly instance: Instance;
  readonly log?: Log;
}

interface Waiting {
  readonly done: (answer: unknown) => void;
  readonly failed: (error: unknown) => void;
}

/** Linux, through a thread of our own that holds every netlink socket and does every change of namespace. */
export class LinuxKernel implements Kernel {
  readonly #options: LinuxKernelOptions;
  readonly #thread: PolledThread<Calls, News>;
  /** Who waits for deletions, by the request that they follow. */
  readonly #drains = new Map<number, () => void>();
  /** Who waits for the end of a process. */
  readonly #running = new Map<number, Waiting>();
  /** Who hears frames, by the request that opened the place. */
  readonly #hearing = new Map<number, (frame: Uint8Array) => void>();
  readonly #opened = new UntakenSockets();
  readonly #leavingFlows: FlowDeletions;
  /** Of published ports that lead elsewhere now: the next packet is to take the new way, so nothing is gathered. */
  readonly #portFlows: FlowDeletions;
  readonly #touched = new Hub<readonly Key[]>();
  readonly #closing = new AbortController();
  readonly #log: Log;
  #watchers = 0;
  #lane: ElementLane | undefined;
  #opening = false;

  private constructor(options: LinuxKernelOptions, thread: PolledThread<Calls, News>) {
    this.#options = options;
    this.#log = options.log ?? silent;
    this.#thread = thread;
    const open = () => thread.ask('flows', {});
    this.#leavingFlows = new FlowDeletions(open, REST, this.#log);
    this.#portFlows = new FlowDeletions(open, 0, this.#log);
    thread.hear(
      (news) => this.#hear(news),
      () => this.#abandon(),
    );
  }

  /**
   * Starts the thread and takes the lock of the network namespace. Throws `host-locked` when another Fairlead has it, `kernel-denied` without root,
   * `namespace-invalid` when `host` is none.
   */
  static async open(options: LinuxKernelOptions): Promise<LinuxKernel> {
    const { host, run, instance, log = silent } = options;
    const start = { ...(host === undefined ? {} : { host }), run, instance };
    const entry = new URL('./kernel-worker.js', import.meta.url);
    const kernel = new LinuxKernel(options, await PolledThread.open<Calls, News>({ entry, start, closed: 'kernel-closed', log }));
    // Later there may be no descriptor left, and what leaves must be forgotten all the same.
    kernel.#leavingFlows.prepare();
    kernel.#portFlows.prepare();
    return kernel;
  }

  async apply(plan: Plan): Promise<Applied> {
    this.#opened.leave(plan);
    const { addresses, ports } = flowsOf(plan);
    if (addresses.length > 0) this.#leavingFlows.prepare();
    if (ports.length > 0) this.#portFlows.prepare();
    const { drained } = await this.#draining(async () => {
      const { leaving, opened } = await this.#thread.ask('apply', { plan: packPlan(plan) });
      this.#opened.add(opened);
      return leaving;
    });
    return {
      // Once no link has them any more.
      drained: addresses.length === 0 ? drained : drained.then(() => this.#leavingFlows.forget({ addresses })),
      ...(ports.length > 0 && { redirected: this.#portFlows.forget({ ports }) }),
    };
  }

  put(plan: Plan): boolean {
    if (!fewElements(plan)) return false;
    if (this.#lane) return this.#lane.run(plan);
    // The first one goes the other way: most processes never have any.
    if (!this.#opening) void this.#openLane();
    return false;
  }

  async #openLane(): Promise<void> {
    this.#opening = true;
    try {
      this.#lane = new ElementLane(await this.#thread.ask('lane', {}), this.#options.instance.id);
    } catch (error) {
      if (!this.#closing.signal.aborted) this.#log.warn('elements cannot be added from the main thread', { error: String(error) });
    }
  }

  async read(stacks?: readonly Stack[]): Promise<readonly Resource[]> {
    return unpackResources(await this.#thread.ask('read', { stacks, part: undefined }));
  }

  async readPart(part: Part, stacks: readonly Stack[]): Promise<readonly Resource[]> {
    return unpackResources(await this.#thread.ask('read', { stacks, part }));
  }

  async look(resources: readonly Resource[]): Promise<readonly Resource[]> {
    return unpackResources(await this.#thread.ask('look', { resources: [...askedFor(resources)] }));
  }

  was(resources: readonly Resource[]): Promise<readonly (Facts | null)[]> {
    return this.#thread.ask('was', { resources });
  }

  watch(signal: AbortSignal): AsyncIterable<readonly Key[]> {
    if (this.#closing.signal.aborted) throw failure('kernel-closed', {});
    const ends = AbortSignal.any([signal, this.#closing.signal]);
    if (!ends.aborted) this.#listen(ends);
    return this.#touched.stream(ends);
  }

  traffic(stack: Stack): Promise<readonly LinkTraffic[]> {
    return this.#thread.ask('traffic', { stack });
  }

  survey(stack: Stack): Promise<Survey> {
    return this.#thread.ask('survey', { stack });
  }

  surroundings(named: readonly string[] = []): Promise<Survey> {
    return this.#thread.ask('surroundings', { named });
  }

  lacks(): Promise<readonly LinkKind[]> {
    return this.#thread.ask('lacks', {});
  }

  judge(packets: readonly ForwardedPacket[]): Promise<Judgement> {
    return this.#thread.ask('judge', { packets });
  }

  listeners(stack: Stack): Promise<readonly ListenerSeen[]> {
    return this.#thread.ask('listeners', { stack });
  }

  cookie(path: string): Promise<string> {
    return this.#thread.ask('cookie', { path });
  }

  visit(path: string): Promise<Visited> {
    return this.#thread.ask('visit', { path });
  }

  pathOf(stack: Stack): string {
    if (stack !== 'host') return join(this.#options.run, 'netns', stack.slice('ns/'.length));
    return this.#options.host ?? `/proc/${process.pid}/ns/net`;
  }

  socket(stack: Stack, spec: SocketSpec): Promise<number> {
    return this.#thread.ask('socket', { stack, spec });
  }

  resolverSockets(stack: Stack): ResolverSockets | undefined {
    return this.#opened.take(stack);
  }

  async frames(stack: Stack, spec: FramesSpec, heard: (frame: Uint8Array) => void): Promise<Frames> {
    const opener = this.#thread.next;
    this.#hearing.set(opener, heard);
    const close = async () => {
      if (!this.#hearing.delete(opener) || this.#closing.signal.aborted) return;
      await this.#thread.ask('unframe', { opener });
    };
    try {
      const mac = await this.#thread.ask('frames', { stack, spec });
      return { mac, send: (frame) => this.#thread.ask('send', { opener, frame }), [Symbol.asyncDispose]: close };
    } catch (error) {
      this.#hearing.delete(opener);
      throw error;
    }
  }

  holder(held: HeldResource): Promise<string | undefined> {
    return this.#thread.ask('holder', { held });
  }

  started(pid: number): Promise<string | undefined> {
    return this.#thread.ask('started', { pid });
  }

  async ended(process: ProcessId, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const id = this.#thread.next;
    const forget = () => {
      this.#running.get(id)?.failed(signal.reason);
      const report = (error: unknown) => this.#closing.signal.aborted || this.#log.warn('a process cannot be forgotten', { error: String(error) });
      this.#thread.ask('forget', { asker: id }).catch(report);
    };
    signal.addEventListener('abort', forget, { once: true });
    const end = new Promise<unknown>((done, failed) => this.#running.set(id, { done, failed }));
    try {
      await Promise.race([end, this.#thread.ask('ended', { process }).then((runs) => (runs ? end : undefined))]);
    } finally {
      this.#running.delete(id);
      signal.removeEventListener('abort', forget);
    }
  }

  async silent(): Promise<void> {
    await this.#thread.ask('silent', {});
    await this.#leavingFlows.hurry();
  }

  async settled(): Promise<void> {
    const { drained } = await this.#draining(() => this.#thread.ask('settled', {}));
    await drained;
    await this.#leavingFlows.hurry();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    await this.#thread.close();
    await Promise.all([this.#leavingFlows.close(), this.#portFlows.close()]);
    this.#opened.close();
    this.#lane?.close();
    this.#lane = undefined;
  }

  #listen(ends: AbortSignal): void {
    const report = (error: unknown) => this.#closing.signal.aborted || this.#log.warn('the kernel cannot be watched', { error: String(error) });
    if (this.#watchers++ === 0) this.#thread.ask('watch', {}).catch(report);
    ends.addEventListener(
      'abort',
      () => {
        if (--this.#watchers === 0 && !this.#closing.signal.aborted) this.#thread.ask('unwatch', {}).catch(report);
      },
      { once: true },
    );
  }

  #hear(news: News): void {
    if ('drained' in news) this.#drained(news.drained);
    else if ('ended' in news) this.#running.get(news.ended)?.done(undefined);
    else if ('heard' in news) this.#hearing.get(news.opener)?.(news.heard);
    else if ('sent' in news) void this.#send(news.sent);
    else this.#touched.tell(news.touched);
  }

  // What is not sent this way the thread does by itself, when it is late.
  async #send({ socket, bytes }: Extract<News, { sent: unknown }>['sent']): Promise<void> {
    try {
      await sendInPool(socket, bytes);
    } catch (error) {
      this.#log.warn('links could not be deleted from the pool', { error: String(error) });
    } finally {
      close(socket);
    }
  }

  // What the thread is asked for at once is followed by deletions, if it says so.
  async #draining(ask: () => Promise<boolean>): Promise<Applied> {
    const id = this.#thread.next;
    const drained = new Promise<void>((resolve) => this.#drains.set(id, resolve));
    try {
      if (!(await ask())) this.#drained(id);
    } catch (error) {
      this.#drains.delete(id);
      throw error;
    }
    return { drained };
  }

  #drained(id: number): void {
    this.#drains.get(id)?.();
    this.#drains.delete(id);
  }

  // What the thread did not say, it never will.
  #abandon(): void {
    this.#closing.abort();
    for (const { failed } of this.#running.values()) failed(failure('kernel-closed', {}));
    for (const drained of this.#drains.values()) drained();
    this.#drains.clear();
  }
}

// The tables of a stack are read whole, whichever of their elements is asked for: one stands for thousands.
function* askedFor(resources: readonly Resource[]): Generator<Resource> {
  const tables = new Set<Stack>();
  for (const each of resources) {
    const isTable = each.kind === 'table' || each.kind === 'element';
    if (isTable && tables.has(each.in)) continue;
    if (isTable) tables.add(each.in);
    yield each;
  }
}
