import type { Log } from '../../base/log.js';
import { linkKey } from '../../resource/key.js';
import { mayDelete } from '../../resource/mark.js';
import type { Key, Stack } from '../../resource/resource.js';
import { ENODEV } from './errno.js';
import type { GroupDeletion } from './group-deletion.js';
import type { LeavingLink } from './leaving.js';
import { groupIn } from './leaving-group.js';
import { deleteGroup, setLink } from './link/set-link.js';
import { getLink, linkState } from './link/link-state.js';
import type { Machine } from './machine.js';
import { isRefusal, type Refusal } from './netlink-socket.js';
import { look } from './view.js';

const NONE: readonly LeavingLink[] = [];

/**
 * How links go: those of a stack into a group that nobody uses, which is deleted as one. Those of the host's may go while this thread does other things; then they
 * are `away`.
 */
export class LinkDeletions {
  readonly #machine: Machine;
  readonly #log: Log;
  readonly #deletion: GroupDeletion;
  #away: ReadonlySet<LeavingLink> | undefined;

  constructor(machine: Machine, log: Log, deletion: GroupDeletion) {
    this.#machine = machine;
    this.#log = log;
    this.#deletion = deletion;
  }

  /** What to poll for an answer of the kernel's. */
  get descriptor(): number | undefined {
    return this.#deletion.descriptor;
  }

  /** The links that the kernel has been asked for and has not answered. */
  get away(): ReadonlySet<LeavingLink> | undefined {
    return this.#away;
  }

  /** Milliseconds until they are to be recalled, if they are away still. */
  get wait(): number {
    return this.#deletion.wait;
  }

  /** Deletes these and waits for it. Answers all of them: they are gone, or it has been said why not. */
  delete(links: readonly LeavingLink[]): readonly LeavingLink[] {
    for (const key of keysOf(links)) this.#machine.doing.lower(key);
    for (const [stack, indexes] of byStack(links)) this.#trying(stack, () => this.#deleteAll(stack, indexes));
    return this.#gone(links);
  }

  /** Begins to delete these; none may be away. Answers those that are gone at once: they are not the host's, or cannot be begun. */
  begin(links: readonly LeavingLink[]): readonly LeavingLink[] {
    const hosts = links.filter(({ stack }) => stack === 'host');
    const gone = this.delete(links.filter(({ stack }) => stack !== 'host'));
    if (hosts.length === 0) return gone;
    this.#machine.doing.leaves(keysOf(hosts));
    this.#away = new Set(hosts);
    const indexes = hosts.map(({ index }) => index);
    const begun = this.#trying('host', () => this.#deletion.begin(this.#gather('host', indexes)));
    return begun ? gone : [...gone, ...this.#home()];
  }

  /** Hears the kernel's answer, if there is one. Answers the links that were away then. */
  heard(): readonly LeavingLink[] {
    const answer = this.#deletion.heard();
    if (!answer) return NONE;
    this.#told('host', answer.refusal);
    return this.#home();
  }

  /** Waits for those that are away, and answers them. They are deleted once more, by this thread: whichever comes second finds none. */
  recall(): readonly LeavingLink[] {
    this.#deletion.forget();
    const { route } = this.#machine.stacks.host;
    this.#trying('host', () => this.#told('host', route.transact([deleteGroup(this.#machine.leaving.in(route))])[0]));
    return this.#home();
  }

  /** Sets these down. One that is gone already is as silent as the others. */
  lower(links: readonly LeavingLink[]): void {
    for (const key of keysOf(links)) this.#machine.doing.lower(key);
    for (const [stack, indexes] of byStack(links)) {
      if (stack !== 'host' && !this.#machine.namespaces.has(stack)) continue;
      const { route } = this.#machine.stacks.get(stack);
      for (let at = 0; at < indexes.length; at += 64) route.transact(indexes.slice(at, at + 64).map((index) => setLink(index, { up: false })));
    }
  }

  /** Deletes links that lead into these namespaces and that no plan named: the kernel would end them too, but only when the last process has gone. */
  strays(namespaces: readonly Stack[]): void {
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

  #home(): readonly LeavingLink[] {
    const links = [...(this.#away ?? NONE)];
    this.#away = undefined;
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

  #deleteAll(stack: Stack, indexes: readonly number[]): void {
    const group = this.#gather(stack, indexes);
    this.#told(stack, this.#machine.stacks.get(stack).route.transact([deleteGroup(group)])[0]);
  }

  // Into one group, of which all are deleted.
  #gather(stack: Stack, indexes: readonly number[]): number {
    const { route } = this.#machine.stacks.get(stack);
    const group = stack === 'host' ? this.#machine.leaving.in(route) : groupIn(route);
    for (let at = 0; at < indexes.length; at += 64) route.transact(indexes.slice(at, at + 64).map((index) => setLink(index, { group })));
    return group;
  }

  // ENODEV: all of them are gone, by somebody else's hand or by an earlier deletion of ours.
  #told(stack: Stack, refusal: Refusal | undefined): void {
    if (refusal && refusal.errno !== ENODEV) this.#log.warn('links could not be deleted', { stack, ...refusal });
  }

  #trying(stack: Stack, work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      this.#log.warn('links could not be deleted', { stack, error: String(error) });
      return false;
    }
  }
}

const keysOf = (links: readonly LeavingLink[]): readonly Key[] => links.map(({ stack, name }) => linkKey(stack, name));

function byStack(links: readonly LeavingLink[]): ReadonlyMap<Stack, readonly number[]> {
  const indexes = new Map<Stack, number[]>();
  for (const { stack, index } of links) indexes.set(stack, [...(indexes.get(stack) ?? []), index]);
  return indexes;
}
