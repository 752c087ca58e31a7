import { linkKey } from '../../resource/key.js';
import { order, subject } from '../../resource/order.js';
import { remade } from '../../resource/remade.js';
import type {
  AnnouncedResource,
  BorrowResource,
  EnslavedResource,
  AdmissionResource,
  HeldResource,
  LinkResource,
  MovedResource,
  NamespaceResource,
  Operation,
  PeerResource,
  Plan,
  PolicyResource,
  Resource,
  Stack,
  TransformResource,
  UpResource,
  WireguardResource,
} from '../../resource/resource.js';
import { lend } from './borrowed.js';
import { fallsWith } from './falls-with.js';
import { changeFunctions } from './functions.js';
import { give, takeBack } from './moved/moved.js';
import { isLoopbackAlone } from '../../resource/loopback-alone.js';
import { LOOPBACK_IFINDEX } from './constants/link.js';
import { ENODEV } from './errno.js';
import { mayBeInet6Off, turnInet6On } from './inet6-off.js';
import { inverseOf } from './inverse-of.js';
import { type Leaving, leavingNothing } from './leaving.js';
import { leavingLinks } from './leaving-links.js';
import { SystemError } from './libc.js';
import { parentOf } from './link-operations.js';
import { type LinkSetting, setLink } from './link/set-link.js';
import { findLink, type Machine } from './machine.js';
import { Raising } from './raising.js';
import { Refusing } from './refusing.js';
import { saysAbsent } from './refused.js';
import { change, create, isRouteKind, remove, type RouteKind } from './route-operations.js';
import { type Entry, RouteSection } from './route-section.js';
import { entry, type Sheet } from './sheet.js';
import { read } from './read.js';
import { settle } from './settle.js';
import { changeSysctl } from './sysctl.js';
import { enslave } from './underlay/enslave.js';
import { UndoLog } from './undo-log.js';

type Section = RouteSection | { readonly stack: Stack; readonly nft: Operation[] };

/**
 * One plan on its way into the kernel. Operations are taken in their order and gathered into sections as long as they go
 * the same way (rtnetlink to one stack, nf_tables); a section is one `send`. What is deleted behind the reply is
 * collected; so are deletions of tables, which come last, since nobody could make their elements again.
 */
export class Transaction implements Sheet {
  readonly machine: Machine;
  readonly log = new UndoLog();
  /** Whether an index was taken from memory, which may be of a link that is gone. */
  remembered = false;
  readonly #indexes = new Map<string, number>();
  readonly #later = new Map<Stack, Entry[]>();
  readonly #fresh = new Map<string, { setting: LinkSetting; readonly entry: Entry }>();
  readonly #tables = new Map<Stack, Operation[]>();
  readonly #leaving: Leaving = leavingNothing();
  readonly #raising = new Raising();
  readonly #discard: (leaving: Leaving) => void;
  #section: Section | undefined;

  /** `discard` deletes links and namespaces at once. */
  constructor(machine: Machine, discard: (leaving: Leaving) => void) {
    this.machine = machine;
    this.#discard = discard;
  }

  /** Does it all and answers what is to be deleted behind the reply. Throws `Refusing`; `log` then says what was done. */
  run(plan: Plan): Leaving {
    for (const operation of plan) this.#attempt(operation, () => this.#take(operation));
    this.#flush();
    this.#sayWhatWaits();
    settle(this.machine, this.#raising.all);
    this.#deleteTables();
    return this.#leaving;
  }

  // A message that was to go before others to its stack, of which there was none.
  #sayWhatWaits(): void {
    for (const stack of [...this.#later.keys()]) this.#route(stack);
    this.#flush();
  }

  // Those of a namespace that is gone went with it.
  #deleteTables(): void {
    for (const [stack, tables] of this.#tables) if (stack === 'host' || this.machine.namespaces.has(stack)) this.#transact(stack, tables);
  }

  say(stack: Stack, each: Entry): void {
    this.#route(stack).add(each);
  }

  sayLater(stack: Stack, each: Entry): void {
    if (this.#section instanceof RouteSection && this.#section.stack === stack) this.#section.add(each);
    else this.#later.set(stack, [...(this.#later.get(stack) ?? []), each]);
  }

  sayFresh(stack: Stack, name: string, index: number, setting: LinkSetting, operation: Operation): void {
    const open = { setting, entry: entry(operation, (w, sequence, flags) => setLink(index, open.setting)(w, sequence, flags)) };
    this.say(stack, open.entry);
    this.#fresh.set(`${stack} ${name}`, open);
  }

  setFresh(stack: Stack, name: string, setting: LinkSetting, operation: Operation): boolean {
    const open = this.#fresh.get(`${stack} ${name}`);
    if (!open) return false;
    open.setting = { ...open.setting, ...setting };
    open.entry.operations.push(operation);
    return true;
  }

  newIndex(stack: Stack): number {
    return this.machine.stacks.get(stack).nextIndex++;
  }

  learn(stack: Stack, name: string, index: number): void {
    this.#indexes.set(`${stack} ${name}`, index);
  }

  indexOf(stack: Stack, name: string): number {
    const index = this.indexIfAny(stack, name);
    if (index === undefined) throw new SystemError('ip link show', ENODEV);
    return index;
  }

  indexIfAny(stack: Stack, name: string): number | undefined {
    const key = `${stack} ${name}`;
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const remembered = this.machine.indexes.get(key);
    if (remembered !== undefined) this.remembered = true;
    const index = remembered ?? findLink(this.machine, stack, name)?.index;
    if (index !== undefined) this.#indexes.set(key, index);
    return index;
  }

  #take(operation: Operation): void {
    const resource = subject(operation);
    this.machine.doing.take(operation);
    switch (resource.kind) {
      case 'namespace':
        return this.#namespace(operation, resource);
      case 'table':
      case 'element':
        return this.#nft(operation, resource);
      case 'borrow':
      case 'enslaved':
        return this.#borrow(operation, resource);
      case 'moved':
        return this.#moved(operation, resource);
      case 'functions':
        return this.#set(operation, () => changeFunctions(this.machine, operation, resource));
      case 'sysctl':
        return this.#set(operation, () => changeSysctl(this.machine.stacks, operation, resource));
      case 'admission':
        return this.#admission(operation, resource);
      case 'policy':
      case 'transform':
        return this.#ipsec(operation, resource);
      case 'wireguard':
      case 'peer':
        return this.#set(operation, () => this.#wireguard(operation, resource));
      case 'flows':
        return; // by the main thread, once this is done
      case 'announced':
        return this.#announced(operation, resource);
      case 'held':
        return this.#held(operation, resource);
      default:
        return this.#link(operation, resource);
    }
  }

  #link(operation: Operation, resource: RouteKind): void {
    if (operation.do === 'create') {
      if (mayBeInet6Off(this.machine, resource)) this.#set(operation, () => turnInet6On(this.machine, resource));
      create(this, operation, resource);
      return this.#raising.take(resource, (stack, link) => this.indexOf(stack, link));
    }
    if (operation.do === 'delete') return resource.kind === 'link' ? this.#leave(resource) : this.#ifThere(() => this.#remove(operation, resource));
    const { from } = operation;
    if (resource.kind === 'link' && from.kind === 'link' && remade(from, resource)) return this.#remake(operation, from, resource);
    if (isRouteKind(from)) change(this, operation, from as RouteKind, resource);
  }

  #remove(operation: Operation, resource: Exclude<RouteKind, LinkResource>): void {
    if (resource.kind === 'up') this.#falling(operation, resource);
    remove(this, operation, resource);
  }

  // Taking back that a link went down means making again what the kernel drops then: routes, neighbours, addresses of IPv6.
  #falling(operation: Operation, { in: stack, link }: UpResource): void {
    this.#flush();
    const falls = read(this.machine, [stack]).filter((each) => fallsWith(each, link));
    // What is undone comes from the end: addresses before the routes through them.
    this.log.falls(operation, order(falls.map((resource): Operation => ({ do: 'create', resource }))).toReversed());
  }

  #remake(operation: Operation, from: LinkResource, to: LinkResource): void {
    this.#flush();
    // Nothing goes for what cannot come.
    if ('parent' in to.spec) parentOf(this, to.spec);
    const held = this.#leaving.links.length;
    this.#leave(from);
    this.#discard({ ...leavingNothing(), links: this.#leaving.links.splice(held) });
    create(this, operation, to);
  }

  #leave(link: LinkResource): void {
    this.#leaving.links.push(...leavingLinks(this.machine, link));
  }

  #namespace(operation: Operation, resource: NamespaceResource): void {
    const { namespaces } = this.machine;
    if (operation.do === 'delete') {
      if (namespaces.has(resource.in)) this.#leaving.namespaces.push(resource.in);
      else namespaces.delete(resource.in);
      return;
    }
    this.#flush();
    const from = operation.do === 'change' && operation.from.kind === 'namespace' ? operation.from : undefined;
    // Not taken back: that would cut the process off once more.
    if (from?.process !== undefined) return namespaces.rebind(resource.in, from.process);
    if (from && isLoopbackAlone(from, resource)) return this.say(resource.in, entry(operation, setLink(LOOPBACK_IFINDEX, { up: resource.silent !== true })));
    if (operation.do === 'change') namespaces.delete(resource.in);
    namespaces.create(resource);
    this.done(operation);
    this.sayLater(resource.in, entry(operation, setLink(LOOPBACK_IFINDEX, { up: true })));
  }

  #borrow(operation: Operation, resource: BorrowResource | EnslavedResource): void {
    this.#flush();
    this.machine.doing.lower(linkKey(resource.in, resource.link));
    const back = resource.kind === 'borrow' ? lend(this.machine, operation) : enslave(this.machine, operation);
    if (back) this.log.push(back);
  }

  #moved(operation: Operation, resource: MovedResource): void {
    this.#flush();
    this.machine.doing.lower(linkKey(resource.in, resource.link));
    if (operation.do === 'delete') {
      this.#leaving.troubles.push(...takeBack(this.machine, resource, operation.was));
      this.log.push({ do: 'create', resource });
      return;
    }
    const was = give(this.machine, resource);
    if (was.at === 'host') this.log.push({ do: 'delete', resource, was });
  }

  // What is set by no message of a section: `change` answers what takes it back.
  #set(operation: Operation, change: () => Operation | undefined): void {
    this.#flush();
    const take = () => {
      const back = change();
      if (back) this.log.push(back);
    };
    if (operation.do === 'delete') this.#ifThere(take);
    else take();
  }

  #nft(operation: Operation, { kind, in: stack }: Resource): void {
    if (operation.do === 'delete' && kind === 'table') return void this.#tables.set(stack, [...(this.#tables.get(stack) ?? []), operation]);
    if (kind === 'table' && this.machine.stacks.takeTable(stack)) return this.done(operation);
    if (this.#section && 'nft' in this.#section && this.#section.stack === stack) return void this.#section.nft.push(operation);
    this.#flush();
    this.#section = { stack, nft: [operation] };
  }

  #admission(operation: Operation, resource: AdmissionResource): void {
    this.#flush();
    const { admissions } = this.machine;
    if (operation.do !== 'delete') admissions.add(resource);
    else if (!admissions.remove(resource)) return;
    this.done(operation);
  }

  #ipsec(operation: Operation, resource: PolicyResource | TransformResource): void {
    this.#flush();
    if (operation.do === 'delete') return void this.#leaving.ipsec.push(resource); // after what leads there
    const refusal = this.machine.ipsec.make(operation, resource);
    if (refusal) throw new Refusing(operation, refusal);
    this.done(operation);
  }

  #wireguard(operation: Operation, resource: WireguardResource | PeerResource): Operation | undefined {
    const refusal = this.machine.wireguard.take(operation, resource);
    if (refusal) throw new Refusing(operation, refusal);
    return inverseOf(operation);
  }

  // The link may be on its way still: its index is known.
  #announced(operation: Operation, { in: stack, link, ip, mac, times, every }: AnnouncedResource): void {
    const told = operation.do === 'delete' || (operation.do === 'change' && operation.from.kind === 'announced' && operation.from.mac === mac);
    if (!told) this.#leaving.announcements.push({ stack, index: this.indexOf(stack, link), ip, mac, times, every });
  }

  #held(operation: Operation, resource: HeldResource): void {
    this.#flush();
    if (operation.do !== 'delete') this.machine.held.take(resource);
    else if (!this.machine.held.release(resource)) return;
    this.done(operation);
  }

  #route(stack: Stack): RouteSection {
    const current = this.#section;
    if (current instanceof RouteSection && current.stack === stack && !current.full) return current;
    this.#flush();
    const section = new RouteSection(stack, this.#later.get(stack));
    this.#later.delete(stack);
    this.#section = section;
    return section;
  }

  #flush(): void {
    const section = this.#section;
    this.#section = undefined;
    this.#fresh.clear();
    if (!section) return;
    if (section instanceof RouteSection) this.#send(section);
    else this.#transact(section.stack, section.nft);
  }

  #send(section: RouteSection): void {
    const { done, failed } = section.send(this.machine.stacks);
    for (const operation of done) this.done(operation);
    if (failed) throw new Refusing(failed.operation, failed.refusal);
    for (const operation of done) if (operation.do === 'create' && operation.resource.kind === 'link') this.#remember(operation.resource);
  }

  #remember({ in: stack, name }: LinkResource): void {
    const index = this.#indexes.get(`${stack} ${name}`);
    if (stack === 'host' && index !== undefined) this.machine.indexes.set(`${stack} ${name}`, index);
  }

  #transact(stack: Stack, operations: readonly Operation[]): void {
    const { netfilter } = this.machine;
    // A table that is replaced loses its elements: taking that back means making them again.
    const elements = operations.some(replacesTable) ? netfilter.read(stack).filter(({ kind }) => kind === 'element') : [];
    const failed = this.#attempt(operations[0], () => netfilter.transact(stack, operations));
    if (failed) throw new Refusing(failed.operation, failed.refusal);
    for (const operation of operations) {
      if (replacesTable(operation)) for (const resource of elements) this.log.push({ do: 'create', resource });
      this.done(operation);
    }
  }

  done(operation: Operation): void {
    this.log.done(operation);
  }

  // What fails outside of a message, in opening a namespace say, is the operation's failure as well.
  #attempt<T>(operation: Operation | undefined, work: () => T): T {
    try {
      return work();
    } catch (error) {
      if (error instanceof SystemError && operation) throw new Refusing(operation, { errno: error.errno });
      throw error;
    }
  }

  // A deletion in a stack that is gone is done already.
  #ifThere(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof SystemError) || !saysAbsent(error.errno)) throw error;
    }
  }
}

const replacesTable = (operation: Operation): boolean => operation.do === 'change' && operation.to.kind === 'table';
