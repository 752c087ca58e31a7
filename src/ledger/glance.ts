import type { Facts } from '../base/json.js';
import type { Kernel } from '../kernel/kernel.js';
import { keyOf } from '../resource/key.js';
import { subject } from '../resource/order.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Operation, Resource, Stack } from '../resource/resource.js';
import type { Book } from './book.js';
import { allOf, missing, unclaimed } from './drift.js';
import { whereInet6IsOff } from './inet6-off.js';
import { isSetting } from './is-setting.js';

/** So many namespaces are one part: whoever attaches meanwhile waits for no more. */
const PART = 8;
/** So many resources are compared before others have their turn on this thread. */
const AT_ONCE = 512;

/**
 * A look at everything that holds nobody up. The kernel is read part by part, and changes are made between two parts; whatever is changed while it lasts is passed
 * over: that was made just now. It finds out whether there is anything to be mended, and leaves it to a look that nobody changes anything beside.
 */
export class Glance {
  readonly #book: Book;
  readonly #kernel: Kernel;
  readonly #passed = new Set<Key>();
  #failed = false;

  constructor(book: Book, kernel: Kernel) {
    this.#book = book;
    this.#kernel = kernel;
  }

  /** What becomes of these is being changed now, or who claims them. */
  pass(keys: Iterable<Key>): void {
    for (const key of keys) this.#passed.add(key);
  }

  /** What was being changed to mend it could not be: that was passed over, and is found all the same. */
  fail(): void {
    this.#failed = true;
  }

  /** Whether something is not as it is claimed, or there and not claimed. */
  async findsAnything(journal: ReadonlyMap<Key, Facts>): Promise<boolean> {
    const settings = this.#claimed(isSetting);
    const now = await this.#kernel.was(settings);
    const whose = this.#whose();
    const sandboxes = [...whose.keys()].filter((stack) => stack !== 'host');
    const looked = new Set<Stack>(sandboxes);
    for (let at = 0; at === 0 || at < sandboxes.length; at += PART) {
      const stacks = new Set<Stack>(sandboxes.slice(at, at + PART));
      const found = allOf({ resources: await this.#kernel.readPart(at === 0 ? 'first' : 'next', [...stacks]), settings: [], now: [] });
      const claimed = [...stacks].flatMap((stack) => [...(whose.get(stack) ?? [])].flatMap((owner) => this.#book.claims.get(owner) ?? []));
      const wanted = claimed.filter((each) => stacks.has(each.in) && !isSetting(each));
      if (await this.#differ(wanted, found, journal, claimed)) return true;
    }
    for (let come = this.#come(looked); come.length > PART; come = this.#come(looked)) {
      const some = come.slice(0, PART);
      for (const stack of some) looked.add(stack);
      await this.#kernel.readPart('next', some);
    }
    const parts: (readonly Resource[])[] = [];
    for (const part of ['host', 'neighbours', 'last'] as const) parts.push(await this.#kernel.readPart(part, []));
    const found = allOf({ resources: parts.flat(), settings, now });
    const wanted = this.#claimed((each) => each.in === 'host' || isSetting(each) || !whose.has(each.in));
    const given = [...journal.keys()].some((key) => !this.#book.resources.has(key) && !this.#passed.has(key));
    return given || (await this.#differ(wanted, found, journal, wanted)) || this.#failed;
  }

  async #differ(wanted: readonly Resource[], found: Map<Key, Resource>, journal: ReadonlyMap<Key, Facts>, claimed: readonly Resource[]): Promise<boolean> {
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      if (await this.#counts(missing(wanted.slice(at, at + AT_ONCE), found, journal))) return true;
      await turn();
    }
    return this.#counts(unclaimed(this.#book, found, claimed));
  }

  async #counts(operations: Iterable<Operation>): Promise<boolean> {
    const found = [...operations].filter((each) => !this.#passed.has(keyOf(subject(each))));
    if (found.length === 0) return false;
    const isOff = await whereInet6IsOff(this.#kernel, found);
    return !found.every(isOff);
  }

  // Sandboxes that were made meanwhile are passed over, but the kernel looks into them before it looks at the host: not into all of them at once.
  #come(looked: ReadonlySet<Stack>): readonly Stack[] {
    return [...this.#passed].flatMap((key) => {
      const resource = key.startsWith('namespace ') ? this.#book.resources.get(key)?.resource : undefined;
      return resource && !looked.has(resource.in) ? [resource.in] : [];
    });
  }

  #claimed(is: (resource: Resource) => boolean): readonly Resource[] {
    return [...this.#book.resources.values()].flatMap(({ resource }) => (is(resource) ? [resource] : []));
  }

  // Who claims something in a stack.
  #whose(): ReadonlyMap<Stack, ReadonlySet<Owner>> {
    const whose = new Map<Stack, Set<Owner>>();
    for (const [owner, resources] of this.#book.claims)
      for (const each of resources) {
        const owners = whose.get(each.in);
        if (owners) owners.add(owner);
        else whose.set(each.in, new Set([owner]));
      }
    return whose;
  }
}

const turn = () => new Promise((done) => setImmediate(done));
