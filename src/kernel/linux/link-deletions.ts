import { groupBy } from '../../base/group-by.js';
import type { Log } from '../../base/log.js';
import { linkKey } from '../../resource/key.js';
import { mayDelete } from '../../resource/mark.js';
import type { Key, Stack } from '../../resource/resource.js';
import { ENODEV } from './errno.js';
import type { GroupDeletions } from './group-deletions.js';
import type { LeavingLink } from './leaving.js';
import { groupIn } from './leaving-group.js';
import { deleteGroup, setLink } from './link/set-link.js';
import { getLink, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { isRefusal, type Refusal } from './netlink-socket.js';
import { look } from './view.js';

type Indexed = Pick<LeavingLink, 'index'>;

const NONE: readonly LeavingLink[] = [];

/**
 * How links go: those of a stack into a group that nobody uses, which is deleted as one. Meanwhile this thread may do other things; then they are `away`.
 */
export class LinkDeletions {
  readonly #machine: Machine;
  readonly #log: Log;
  readonly #deletions: GroupDeletions;
  readonly #away = new Map<Stack, readonly LeavingLink[]>();

  constructor(machine: Machine, log: Log, deletions: GroupDeletions) {
    this.#machine = machine;
    this.#log = log;
    this.#deletions = deletions;
  }

  /** What to poll for answers of the kernel's. */
  get descriptors(): readonly number[] {
    return this.#deletions.descriptors;
  }

  /** Whether the kernel has been asked for links and has not answered. */
  get away(): boolean {
    return this.#away.size > 0;
  }

  /** Milliseconds until they are to be recalled, if they are away still. */
  get wait(): number {
    return this.#deletions.wait;
  }

  /** Deletes these and waits for it. Answers all of them: they are gone, or it has been said why not. */
  delete(links: readonly LeavingLink[]): readonly LeavingLink[] {
    for (const key of keysOf(links)) this.#machine.doing.lower(key);
    for (const [stack, own] of byStack(links)) this.#trying(stack, () => this.#deleteAll(stack, own));
    return this.#gone(links);
  }

  /** Begins to delete these; none may be away. Where that cannot be they are deleted at once, and answered. */
  begin(links: readonly LeavingLink[]): readonly LeavingLink[] {
    if (this.#deletions.busy) return this.delete(links);
    this.#machine.doing.leaves(keysOf(links));
    return [...byStack(links)].flatMap(([stack, own]) => {
      this.#away.set(stack, own);
      try {
        this.#deletions.begin(stack, this.#gather(stack, own));
        return [];
      } catch {
        // No descriptor is left for it, say; the socket by which this thread does it is open.
        return this.#fetch(stack);
      }
    });
  }

  /** Hears what the kernel has answered. Answers the links that were away then. */
  heard(): readonly LeavingLink[] {
    return this.#deletions.heard().flatMap(({ stack, refusal }) => {
      this.#told(stack, refusal);
      return this.#home(stack);
    });
  }

  /** Waits for those that are away where any of these is, or for all, and answers them. They are deleted once more, by this thread: whichever comes second finds none. */
  recall(links?: readonly LeavingLink[]): readonly LeavingLink[] {
    const wanted = links && new Set(links);
    const stacks = [...this.#away].flatMap(([stack, away]) => (!wanted || away.some((link) => wanted.has(link)) ? [stack] : []));
    return stacks.flatMap((stack) => this.#fetch(stack));
  }

  /** Sets these down. One that is gone already is as silent as the others. */
  lower(links: readonly LeavingLink[]): void {
    for (const key of keysOf(links)) this.#machine.doing.lower(key);
    for (const [stack, own] of byStack(links)) if (stack === 'host' || this.#machine.namespaces.has(stack)) this.#set(stack, own, { up: false });
  }

  /** Deletes links that lead into these namespaces and that no plan named: the kernel would end them too, but only when the last process has gone. */
  strays(namespaces: readonly Stack[]): void {
    this.#trying('host', () => this.#strays(namespaces));
  }

  #strays(namespaces: readonly Stack[]): void {
    const { stacks, instance } = this.#machine;
    const indexes: number[] = [];
    for (const stack of namespaces) {
      if (this.#machine.namespaces.isShared(stack)) continue;
      try {
        const { ends } = look(this.#machine, stack);
        indexes.push(...ends.keys());
      } catch {
        // A file that is no namespace, or not any more.
      }
    }
    const ours = indexes.flatMap((index) => {
      const link = stacks.host.route.ask(getLink({ index }), ({ payload }) => linkState(payload));
      if (isRefusal(link) || !mayDelete(instance, link)) return [];
      this.#machine.doing.lower(linkKey('host', link.name));
      return [link];
    });
    if (ours.length > 0) this.#deleteAll('host', ours);
  }

  #fetch(stack: Stack): readonly LeavingLink[] {
    this.#deletions.forget(stack);
    this.#trying(stack, () => this.#deleteAll(stack, this.#away.get(stack) ?? NONE));
    return this.#home(stack);
  }

  #home(stack: Stack): readonly LeavingLink[] {
    const links = this.#away.get(stack) ?? NONE;
    this.#away.delete(stack);
    this.#machine.doing.left(keysOf(links));
    return this.#gone(links);
  }

  #gone(links: readonly LeavingLink[]): readonly LeavingLink[] {
    for (const { stack, name, index } of links) {
      const key = `${stack} ${name}`;
      if (this.#machine.indexes.get(key) === index) this.#machine.indexes.delete(key);
    }
    return links;
  }

  #deleteAll(stack: Stack, links: readonly Indexed[]): void {
    const group = this.#gather(stack, links);
    this.#told(stack, this.#machine.stacks.get(stack).route.transact([deleteGroup(group)])[0]);
  }

  // Into one group, of which all are deleted.
  #gather(stack: Stack, links: readonly Indexed[]): number {
    const { route } = this.#machine.stacks.get(stack);
    const group = stack === 'host' ? this.#machine.leaving.in(route) : groupIn(route);
    this.#set(stack, links, { group });
    return group;
  }

  #set(stack: Stack, links: readonly Indexed[], setting: Parameters<typeof setLink>[1]): void {
    const { route } = this.#machine.stacks.get(stack);
    const requests = links.map(({ index }) => setLink(index, setting));
    for (let at = 0; at < requests.length; at += 64) route.transact(requests.slice(at, at + 64));
  }

  // ENODEV: all of them are gone, by somebody else's hand or by an earlier deletion of ours.
  #told(stack: Stack, refusal: Refusal | undefined): void {
    if (refusal && refusal.errno !== ENODEV) this.#log.warn('links could not be deleted', { stack, ...refusal });
  }

  #trying(stack: Stack, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.warn('links could not be deleted', { stack, error: String(error) });
    }
  }
}

const keysOf = (links: readonly LeavingLink[]): readonly Key[] => links.map(({ stack, name }) => linkKey(stack, name));

const byStack = (links: readonly LeavingLink[]): ReadonlyMap<Stack, readonly LeavingLink[]> => groupBy(links, ({ stack }) => stack);
