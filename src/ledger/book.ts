import { failure } from '../base/error.js';
import { inOnePiece } from '../base/in-one-piece.js';
import { keyOf } from '../resource/key.js';
import type { Owner } from '../resource/owner.js';
import type { Key, Resource } from '../resource/resource.js';
import { same } from '../resource/same.js';
import type { Claims } from './types.js';

interface Held {
  readonly resource: Resource;
  /** Who claims it, once for each time that he says so. Nearly always one, whose list all that he claims shares: there are hundred thousands of these. */
  readonly owners: readonly Owner[];
}

/** All claims, by owner and by key. The two always agree. */
export interface Book {
  readonly claims: Map<Owner, readonly Resource[]>;
  readonly resources: Map<Key, Held>;
}

/** A book in which nobody claims anything. */
export const emptyBook = (): Book => ({ claims: new Map(), resources: new Map() });

/** Changed claims over a book, until they are committed. Costs what the changed owners claim, not what the book holds. */
export class Overlay {
  readonly #book: Book;
  readonly #claims = new Map<Owner, readonly Resource[]>();
  readonly #resources = new Map<Key, Held | undefined>();

  constructor(book: Book) {
    this.#book = book;
  }

  /**
   * Lays one request over what is there. All of it or, when a claim conflicts, nothing: then it throws `resource-conflict`. What an owner
   * claims on, the very object, is passed over: one port more beside 10,000 is a change of one.
   */
  add(claims: Claims): void {
    const changed = new Map<Key, Held | undefined>();
    const look = (key: Key) => (changed.has(key) ? changed.get(key) : this.#held(key));
    const fresh: (readonly [readonly Owner[], Resource])[] = [];
    for (const [owner, resources] of claims) {
      const { gone, come } = between(this.#claims.get(owner) ?? this.#book.claims.get(owner) ?? [], resources);
      const alone = [owner];
      for (const resource of come) fresh.push([alone, resource]);
      for (const resource of gone) {
        const key = keyOf(resource);
        const held = look(key);
        if (!held) continue;
        const owners = without(held.owners, owner);
        changed.set(key, owners.length === 0 ? undefined : { resource: held.resource, owners });
      }
    }
    for (const [alone, resource] of fresh) claim(changed, look, alone, resource);
    for (const [key, held] of changed) this.#resources.set(key, held);
    for (const [owner, resources] of claims) this.#claims.set(owner, resources);
  }

  /** Every key whose resource may be another now: what it was, and what it will be. */
  *touched(): Generator<readonly [Resource | undefined, Resource | undefined]> {
    for (const [key, held] of this.#resources) yield [this.#book.resources.get(key)?.resource, held?.resource];
  }

  /** The keys of all whose claims may be others now, or by others. */
  keys(): readonly Key[] {
    return [...this.#resources.keys()];
  }

  /** Whether the two change what one owner claims, or what becomes of one resource. */
  meets(other: Overlay): boolean {
    return shares(this.#claims, other.#claims) || shares(this.#resources, other.#resources);
  }

  /** Writes it all into the book. */
  commit(): void {
    for (const [owner, resources] of this.#claims) {
      if (resources.length > 0) this.#book.claims.set(owner, resources);
      else this.#book.claims.delete(owner);
    }
    for (const [key, held] of this.#resources) {
      if (held) this.#book.resources.set(inOnePiece(key), held);
      else this.#book.resources.delete(key);
    }
  }

  #held(key: Key): Held | undefined {
    return this.#resources.has(key) ? this.#resources.get(key) : this.#book.resources.get(key);
  }
}

/** Where two lists of one owner differ, compared by object in their places, and what they end with alike left out. */
function between(before: readonly Resource[], after: readonly Resource[]): { readonly gone: readonly Resource[]; readonly come: readonly Resource[] } {
  let [was, is] = [before.length, after.length];
  while (was > 0 && is > 0 && before[was - 1] === after[is - 1]) {
    was--;
    is--;
  }
  return {
    gone: before.slice(0, was).filter((each, at) => at >= is || each !== after[at]),
    come: after.slice(0, is).filter((each, at) => at >= was || each !== before[at]),
  };
}

function shares<K>(some: ReadonlyMap<K, unknown>, others: ReadonlyMap<K, unknown>): boolean {
  for (const key of some.keys()) if (others.has(key)) return true;
  return false;
}

function claim(changed: Map<Key, Held | undefined>, look: (key: Key) => Held | undefined, alone: readonly Owner[], resource: Resource): void {
  const key = keyOf(resource);
  const held = look(key);
  if (!held) return void changed.set(key, { resource, owners: alone });
  const other = held.owners.find((each) => each !== alone[0]);
  if (other !== undefined && !same(held.resource, resource)) throw failure('resource-conflict', { resource: key, owner: other });
  changed.set(key, { resource, owners: [...held.owners, ...alone] });
}

/** The list with one mention of him less. */
function without(owners: readonly Owner[], owner: Owner): readonly Owner[] {
  const at = owners.indexOf(owner);
  return at === -1 ? owners : owners.toSpliced(at, 1);
}
