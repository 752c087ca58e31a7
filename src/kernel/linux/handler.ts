import type { Facts } from '../../base/json.js';
import { subject } from '../../resource/order.js';
import type { Operation, Resource, Stack } from '../../resource/resource.js';
import type { Survey } from '../../resource/survey.js';
import type { Part, SocketSpec, Visited } from '../kernel.js';
import type { Announcer } from './announcer.js';
import { apply } from './apply.js';
import { functionsNow } from './functions.js';
import { movedNow } from './moved/moved.js';
import { linkNow } from './borrowed.js';
import { Events } from './events.js';
import { judgeAll } from './firewall/firewalls.js';
import { FrameSockets } from './frame-sockets.js';
import { openBoundSocket } from './io/bound-socket.js';
import { openResolverSockets } from './open-resolver-sockets.js';
import { SystemError } from './libc.js';
import { isEmpty } from './leaving.js';
import { listeners } from './listeners.js';
import type { Machine } from './machine.js';
import { cookieAt, visit } from './namespaces.js';
import { packResources, unpackPlan } from './packed.js';
import { Processes, startOfProcess } from './processes.js';
import type { Ask, Calls, Say } from './protocol.js';
import { noParts, read, readHost, readNeighbours, readPart, readTables } from './read.js';
import { readThese } from './read-these.js';
import type { Reaper } from './reaper.js';
import { refused } from './refused.js';
import { surroundings, survey } from './survey.js';
import { traffic } from './traffic.js';
import { readSysctl } from './sysctl.js';
import { enslavedNow } from './underlay/enslave.js';

/** Answers what the worker is asked. */
export class Handler {
  /** The processes whose end is waited for. */
  readonly processes: Processes;
  /** The places where frames are heard. */
  readonly frames: FrameSockets;
  readonly #machine: Machine;
  readonly #reaper: Reaper;
  readonly #announcer: Announcer;
  readonly #say: (message: Say) => void;
  #events: Events | undefined;
  #parts = noParts();

  constructor(machine: Machine, reaper: Reaper, announcer: Announcer, say: (message: Say) => void) {
    this.#machine = machine;
    this.#reaper = reaper;
    this.#announcer = announcer;
    this.#say = say;
    this.frames = new FrameSockets(machine.stacks, (opener, heard) => say({ opener, heard }));
    this.processes = new Processes((asker) => say({ ended: asker }));
  }

  /** What is heard, while somebody watches. */
  get events(): Events | undefined {
    return this.#events;
  }

  /** The answer to one request; `answered` is to follow once it has been told. Throws what is to be told instead. */
  answer(ask: Ask): unknown {
    switch (ask.call) {
      case 'apply':
        this.#events?.gather();
        return this.#apply(ask);
      case 'lane':
        return this.#lane();
      case 'flows':
        return asking('conntrack -D', () => this.#machine.netfilter.openFlows().fd);
      case 'read':
        if (ask.part === undefined || ask.part === 'host') this.causing(() => this.#reaper.finish());
        return asking('ip address', () => this.#read(ask));
      case 'look':
        return asking('ip address', () => packResources(readThese(this.#machine, ask.resources)));
      case 'was':
        return ask.resources.map((resource) => this.#was(resource));
      case 'survey':
        return asking('ip address', () => survey(this.#machine, ask.stack, this.#reaper.leavingFrom(ask.stack)));
      case 'surroundings':
        return asking('ip address', () => this.#surroundings(new Set(ask.named)));
      case 'lacks':
        return this.#machine.kinds.lacking();
      case 'traffic':
        return asking('ip -s link', () => traffic(this.#machine, ask.stack));
      case 'judge':
        return asking('nft list ruleset', () => judgeAll(this.#machine, ask.packets));
      case 'listeners':
        return asking('ss -lntu', () => listeners(this.#machine.stacks, ask.stack));
      case 'cookie':
        return cookieAt(this.#machine.stacks, ask.path);
      case 'visit':
        return asking('ip link', () => this.#visit(ask.path));
      case 'socket':
        return this.#socket(ask.stack, ask.spec);
      case 'frames':
        return asking(`tcpdump -i ${ask.spec.link} udp dst port ${ask.spec.port}`, () => this.frames.open(ask.id, ask.stack, ask.spec));
      case 'send':
        return asking('send', () => this.frames.send(ask.opener, ask.frame));
      case 'unframe':
        return this.frames.end(ask.opener);
      case 'holder':
        return asking(`bind ${ask.held.protocol} ${ask.held.ip} ${ask.held.port}`, () => this.#machine.held.holder(ask.held));
      case 'started':
        return asking(`waitpid ${ask.pid}`, () => startOfProcess(ask.pid));
      case 'ended':
        return asking(`waitpid ${ask.process.pid}`, () => this.processes.wait(ask.id, ask.process));
      case 'forget':
        return this.processes.forget(ask.asker);
      case 'settled':
        return this.#reaper.hurry(() => this.#say({ drained: ask.id }));
      case 'silent':
        return this.causing(() => this.#reaper.silence());
      case 'watch':
        this.#events ??= new Events(this.#machine);
        return undefined;
      case 'unwatch':
        return this.#unwatch();
    }
  }

  /** Reads back what the last request caused, as ours. Nobody waits for that. */
  answered(): void {
    this.#events?.gather();
    this.#machine.doing.end();
  }

  /** Does what changes the kernel, so that the events of that are taken for ours. */
  causing<T>(work: () => T): T {
    this.#events?.gather();
    try {
      return work();
    } finally {
      this.answered();
    }
  }

  close(): void {
    this.#unwatch();
    this.frames.close();
    this.processes.close();
  }

  #unwatch(): void {
    this.#events?.close();
    this.#events = undefined;
  }

  #apply({ id, plan }: Extract<Ask, { call: 'apply' }>): Calls['apply']['answer'] {
    const operations = unpackPlan(plan);
    this.#events?.beforePlan(operations);
    this.#machine.spare.expect(operations);
    if (operations.some(makesLink)) this.#reaper.attached();
    const leaving = apply(this.#machine, this.#reaper, operations);
    this.#events?.follow(operations.filter((each) => each.do !== 'delete').map(subject));
    this.#announcer.add(leaving.announcements);
    if (!isEmpty(leaving)) this.#reaper.add(leaving, () => this.#say({ drained: id }));
    return { leaving: !isEmpty(leaving), opened: openResolverSockets(this.#machine.stacks, operations) };
  }

  #surroundings(named: ReadonlySet<string>): Survey {
    return surroundings(this.#machine, this.#events?.links(), named, this.#reaper.leavingFrom('host'));
  }

  #read({ stacks, part }: Extract<Ask, { call: 'read' }>) {
    const found = part === undefined ? read(this.#machine, stacks, this.#events?.links()) : this.#readPart(part, stacks ?? []);
    this.#events?.follow(found);
    return packResources(found);
  }

  #readPart(part: Part, stacks: readonly Stack[]): readonly Resource[] {
    const parts = part === 'first' ? noParts() : this.#parts;
    this.#parts = part === 'last' ? noParts() : parts;
    switch (part) {
      case 'host':
        return readHost(this.#machine, parts, this.#events?.links());
      case 'neighbours':
        return readNeighbours(this.#machine, parts);
      case 'last':
        return readTables(this.#machine);
      default:
        return readPart(this.#machine, stacks, parts);
    }
  }

  #visit(path: string): Visited {
    const seen = visit(this.#machine, path);
    if (!this.#reaper.empties(seen.cookie)) return seen;
    this.causing(() => this.#reaper.finish());
    return visit(this.#machine, path);
  }

  #was(resource: Resource): Facts | null {
    if (resource.kind === 'borrow') return asking(`ip address show dev ${resource.link}`, () => linkNow(this.#machine, resource)) ?? null;
    if (resource.kind === 'moved') return asking(`ip link show ${resource.link}`, () => movedNow(this.#machine, resource)) ?? null;
    if (resource.kind === 'functions') return functionsNow(this.#machine, resource) ?? null;
    if (resource.kind === 'enslaved') return asking(`ip address show dev ${resource.link}`, () => enslavedNow(this.#machine, resource)) ?? null;
    if (resource.kind === 'admission') return this.#machine.admissions.has(resource.family) ? {} : null;
    if (resource.kind !== 'sysctl') return null;
    const value = asking(`sysctl ${resource.path}`, () => readSysctl(this.#machine.stacks, resource));
    return value === undefined ? null : { value };
  }

  #socket(stack: Stack, spec: SocketSpec): number {
    return asking(`bind ${spec.type} ${spec.address} ${spec.port}`, () => {
      this.#machine.stacks.enter(stack);
      return openBoundSocket(spec);
    });
  }

  #lane(): Calls['lane']['answer'] {
    const { fd, port } = this.#machine.netfilter.openLane();
    this.#events?.passOwn();
    return { fd, port };
  }
}

const makesLink = (each: Operation): boolean => each.do === 'create' && each.resource.kind === 'link';

// What the system refuses is an error of the table, with the command that a person would have typed.
function asking<T>(command: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof SystemError ? refused(command, { errno: error.errno }) : error;
  }
}
