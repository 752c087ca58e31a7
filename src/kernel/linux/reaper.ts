import type { Log } from '../../base/log.js';
import { keyOf, linkKey, namespaceKey } from '../../resource/key.js';
import { subject } from '../../resource/order.js';
import type { Plan, Stack, UpperSpec } from '../../resource/resource.js';
import type { HostPort } from './conntrack/delete-by-port.js';
import { ENODEV } from './errno.js';
import { groupIn } from './leaving-group.js';
import { isEmpty, type Leaving, leavingNothing, type LeavingLink } from './leaving.js';
import { deleteGroup, setLink } from './link/set-link.js';
import { getLink, linkState } from './link/link-state.js';
import type { IpsecResource } from './ipsec/ipsec.js';
import type { Machine } from './machine.js';
import { mayDelete } from '../../resource/mark.js';
import { isRefusal, type Refusal } from './netlink-socket.js';
import { look } from './view.js';

/** How many links, or namespaces, go at once: an operation that comes meanwhile waits for so many at the most. */
const CHUNK = 256;
/** In how many namespaces links go at once. */
const FEW = 8;
/** How long deletions are gathered, in milliseconds: each batch waits for RCU once, however large. */
const WINDOW = 50;

interface Batch extends Leaving {
  readonly done: () => void;
}

/**
 * Deletes links and namespaces behind the reply. A link on its own waits tens of milliseconds for RCU, so they go by
 * group, all at once: those of a batch are put into a group that nobody uses, and the group is deleted. A link that a
 * process keeps alive by its namespace is gone all the same.
 *
 *     add ──► gathered ──(50 ms, nobody waiting)──► links by group ──► flows of addresses ──► namespaces ──► IPsec ──► done
 *                └──────────(somebody needs it ended)──────┘
 */
export class Reaper {
  readonly #machine: Machine;
  readonly #log: Log;
  #batches: Batch[] = [];
  #due = 0;
  /** Namespaces that go by one plan with their links, so that no others are to be looked for. */
  readonly #cleared = new Set<Stack>();

  constructor(machine: Machine, log: Log) {
    this.#machine = machine;
    this.#log = log;
  }

  /** Takes what a plan deletes; `done` is called when the kernel has let go of it. */
  add({ links, namespaces, ipsec, addresses }: Leaving, done: () => void): void {
    if (this.#batches.length === 0) this.#due = performance.now() + WINDOW;
    // What fills a piece of work by itself gains nothing by waiting for more.
    if (links.length >= CHUNK) this.#due = 0;
    const named = new Set(links.map(({ peer }) => peer?.in));
    for (const stack of namespaces) if (named.has(stack)) this.#cleared.add(stack);
    this.#batches.push({ ...leavingNothing(), links: [...links], namespaces: [...namespaces], ipsec: [...ipsec], addresses: [...addresses], done });
  }

  /** Milliseconds until there is something to do; undefined when there is nothing at all. */
  get wait(): number | undefined {
    return this.#batches.length === 0 ? undefined : Math.max(0, this.#due - performance.now());
  }

  /** One bounded piece of work. */
  step(): void {
    if (this.#batches.some(({ links }) => links.length > 0)) this.#links(this.#takeLinks());
    else if (this.#batches.some(({ addresses }) => addresses.length > 0)) this.#forget();
    else if (this.#batches.some(({ namespaces }) => namespaces.length > 0)) this.#namespaces(this.#takeNamespaces());
    else this.#ipsec(this.#batches.flatMap(({ ipsec }) => ipsec.splice(0)));
    this.#settle();
  }

  /** Ends everything that is pending. */
  finish(): void {
    while (this.#batches.length > 0) this.step();
  }

  /**
   * Ends what is pending, but of links on their own only what they send and answer: to set one down takes 0.2 ms, to delete it twenty, and
   * whoever waits for its address needs no more.
   */
  silence(): void {
    // A policy outlives every link whose packets it keeps from going in the clear.
    if (this.#batches.some(({ ipsec }) => ipsec.length > 0)) return this.finish();
    const slow = this.#batches.filter(({ links, namespaces }) => namespaces.length > 0 || links.some(({ bridge }) => bridge));
    const quick = this.#batches.filter((batch) => !slow.includes(batch));
    this.#batches = slow;
    this.finish();
    this.#lower(quick.flatMap(({ links }) => links));
    this.#batches = quick;
    this.#forget();
    this.#batches = quick.filter(({ links }) => links.length > 0).map((batch) => ({ ...batch, done: () => {} }));
    for (const { done } of quick) done();
  }

  /** Whether a namespace with this cookie is being left: one that was adopted keeps the links of ours until then. */
  empties(cookie: string): boolean {
    return this.#batches.some(({ namespaces }) => namespaces.some((stack) => this.#machine.stacks.identityOf(stack)?.cookie === cookie));
  }

  /** Ends what stands in the way of a plan, or would be mistaken for what it makes. */
  finishFor(plan: Plan): void {
    if (this.#batches.length === 0) return;
    const touched = touchedBy(plan);
    const uppers = uppersIn(plan);
    const keys = new Set(plan.map((operation) => keyOf(subject(operation))));
    const blocks = ({ links, namespaces, ipsec }: Batch) =>
      ipsec.some((each) => keys.has(keyOf(each))) ||
      namespaces.some((stack) => touched.has(stack)) ||
      links.some((link) => namesOf(link).some((name) => touched.has(name)) || uppers.some((upper) => link.upper && inTheWay(link.upper, upper)));
    const [first, rest] = [this.#batches.filter(blocks), this.#batches.filter((batch) => !blocks(batch))];
    if (first.length === 0) return;
    // A link of another batch may still be what a policy is for.
    if (first.some(({ ipsec }) => ipsec.length > 0)) return this.finish();
    this.#batches = first;
    this.finish();
    this.#batches = rest;
  }

  /** Deletes at once. */
  now(leaving: Leaving): void {
    if (isEmpty(leaving)) return;
    if (leaving.ipsec.length > 0) this.finish();
    const others = this.#batches;
    this.#batches = [];
    this.add(leaving, () => {});
    this.finish();
    this.#batches = others;
  }

  // Links inside of namespaces go namespace by namespace, and each waits for RCU.
  #takeLinks(): LeavingLink[] {
    const taken: LeavingLink[] = [];
    const inside = new Set<Stack>();
    for (const { links } of this.#batches) {
      while (links[0] && taken.length < CHUNK && inside.size <= FEW) {
        if (links[0].stack !== 'host') inside.add(links[0].stack);
        taken.push(...links.splice(0, 1));
      }
    }
    return taken;
  }

  #takeNamespaces(): Stack[] {
    const taken: Stack[] = [];
    for (const { namespaces } of this.#batches) taken.push(...namespaces.splice(0, CHUNK - taken.length));
    return taken;
  }

  #settle(): void {
    const ended = this.#batches.filter(isEmpty);
    if (ended.length === 0) return;
    this.#batches = this.#batches.filter((batch) => !ended.includes(batch));
    for (const { done } of ended) done();
  }

  #links(links: readonly LeavingLink[]): void {
    for (const { stack, name } of links) this.#machine.doing.lower(linkKey(stack, name));
    for (const [stack, indexes] of byStack(links)) {
      try {
        this.#deleteAll(stack, indexes);
      } catch (error) {
        this.#log.warn('links could not be deleted', { stack, error: String(error) });
      }
    }
    for (const { stack, name, index } of links) {
      const key = `${stack} ${name}`;
      if (this.#machine.indexes.get(key) === index) this.#machine.indexes.delete(key);
    }
  }

  #lower(links: readonly LeavingLink[]): void {
    for (const { stack, name } of links) this.#machine.doing.lower(linkKey(stack, name));
    for (const [stack, indexes] of byStack(links)) {
      if (stack !== 'host' && !this.#machine.namespaces.has(stack)) continue;
      const { route } = this.#machine.stacks.get(stack);
      // One that is gone already is as silent as the others.
      for (let at = 0; at < indexes.length; at += 64) route.transact(indexes.slice(at, at + 64).map((index) => setLink(index, { up: false })));
    }
  }

  #deleteAll(stack: Stack, indexes: readonly number[]): void {
    const { route } = this.#machine.stacks.get(stack);
    const group = stack === 'host' ? this.#machine.leaving.in(route) : groupIn(route);
    for (let at = 0; at < indexes.length; at += 64) route.transact(indexes.slice(at, at + 64).map((index) => setLink(index, { group })));
    const [refusal] = route.transact([deleteGroup(group)]);
    // ENODEV: somebody else has deleted all of them.
    if (refusal && refusal.errno !== ENODEV) this.#log.warn('links could not be deleted', { stack, ...refusal });
  }

  /** All of them at once: the table of tracked connections is walked as a whole, however many are asked for. */
  #forget(): void {
    const addresses = this.#batches.flatMap((batch) => batch.addresses.splice(0));
    this.#warning(() => this.#machine.netfilter.forget(addresses));
  }

  /** Forgets the tracked connections of published ports, at once: the next packet is to take the new way. */
  forgetPorts(ports: readonly HostPort[]): void {
    this.#warning(() => this.#machine.netfilter.forgetPorts(ports));
  }

  /** Says what of links that came home is not as it was. */
  tell(troubles: readonly string[]): void {
    for (const trouble of troubles) this.#log.warn('a link came home and is not quite as it was', { trouble });
  }

  #warning(forget: () => Refusal | undefined): void {
    try {
      const refusal = forget();
      if (refusal) this.#log.warn('tracked connections could not be forgotten', { ...refusal });
    } catch (error) {
      this.#log.warn('tracked connections could not be forgotten', { error: String(error) });
    }
  }

  #namespaces(namespaces: readonly Stack[]): void {
    this.#strays(namespaces.filter((stack) => !this.#cleared.delete(stack)));
    for (const stack of namespaces) {
      this.#machine.doing.lower(namespaceKey(stack));
      try {
        this.#machine.namespaces.delete(stack);
      } catch (error) {
        this.#log.warn('a namespace could not be deleted', { stack, error: String(error) });
      }
    }
  }

  #ipsec(resources: readonly IpsecResource[]): void {
    for (const resource of resources) {
      const refusal = this.#machine.ipsec.remove(resource);
      if (refusal) this.#log.warn('an IPsec policy or state could not be deleted', { kind: resource.kind, ...refusal });
    }
  }

  /** Links that lead into these namespaces and that no plan named: the kernel would end them too, but only when the last process has gone. */
  #strays(namespaces: readonly Stack[]): void {
    const { stacks, instance } = this.#machine;
    const indexes: number[] = [];
    for (const stack of namespaces) {
      try {
        const { ends } = look(this.#machine, stack);
        indexes.push(...ends.keys());
      } catch {
        // A file that is no namespace, or not any more.
      }
    }
    const ours = indexes.filter((index) => {
      const link = stacks.host.route.ask(getLink({ index }), ({ payload }) => linkState(payload));
      if (isRefusal(link) || !mayDelete(instance, link)) return false;
      this.#machine.doing.lower(linkKey('host', link.name));
      return true;
    });
    if (ours.length > 0) this.#deleteAll('host', ours);
  }
}

function byStack(links: readonly LeavingLink[]): ReadonlyMap<Stack, readonly number[]> {
  const indexes = new Map<Stack, number[]>();
  for (const { stack, index } of links) indexes.set(stack, [...(indexes.get(stack) ?? []), index]);
  return indexes;
}

// By what a later plan could meet them: the names of both ends, the stack of the other end with all its routes, and for bridges their networks.
const namesOf = ({ stack, name, peer, bridge }: LeavingLink): readonly string[] => [
  `${stack} ${name}`,
  ...(peer ? [`${peer.in} ${peer.name}`, ...(peer.in === 'host' ? [] : [peer.in])] : []),
  ...(stack === 'host' ? [] : [stack]),
  ...(bridge ? ['bridges'] : []),
];

const uppersIn = (plan: Plan): readonly UpperSpec[] =>
  plan.flatMap((operation) => {
    const resource = subject(operation);
    return operation.do !== 'delete' && resource.kind === 'link' && 'parent' in resource.spec ? [resource.spec] : [];
  });

// A parent has links of one kind and, of ipvlan, of one mode; a passthru one alone.
function inTheWay(gone: UpperSpec, made: UpperSpec): boolean {
  if (gone.parent !== made.parent) return false;
  if (gone.type === 'vlan' || made.type === 'vlan') return gone.type === 'vlan' && made.type === 'vlan' && gone.id === made.id;
  if (gone.type === 'ipvlan' && made.type === 'ipvlan') return gone.mode !== made.mode || gone.flag !== made.flag;
  return gone.type !== made.type || gone.mode === 'passthru' || made.mode === 'passthru';
}

function touchedBy(plan: Plan): ReadonlySet<string> {
  const touched = new Set<string>();
  for (const operation of plan) {
    if (operation.do === 'delete') continue;
    const resource = subject(operation);
    touched.add(resource.in);
    if (resource.kind !== 'link') continue;
    touched.add(`${resource.in} ${resource.name}`);
    if (resource.spec.type === 'bridge') touched.add('bridges');
    if (resource.spec.type === 'veth') touched.add(resource.spec.peer.in).add(`${resource.spec.peer.in} ${resource.spec.peer.name}`);
  }
  return touched;
}
