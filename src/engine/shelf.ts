import type { ErrorCode } from '../base/error-table.js';
import { failure } from '../base/error.js';
import { type Id, shortId } from '../base/id.js';
import { Coming } from './coming.js';

/** Records of one kind by id and by name. A reference is a whole id, a name, or an unambiguous beginning of an id. */
export class Shelf<T extends { readonly id: Id; readonly name: string }> {
  readonly #byId = new Map<Id, T>();
  readonly #byName = new Map<string, Set<Id>>();
  /** Names of those that are being made. */
  readonly coming = new Coming();
  #listener: (id: Id) => void = () => {};
  readonly #absent: ErrorCode & ('network-absent' | 'sandbox-absent' | 'endpoint-absent');

  constructor(absent: 'network-absent' | 'sandbox-absent' | 'endpoint-absent') {
    this.#absent = absent;
  }

  /** The record of this id. Throws when there is none. */
  get(id: Id): T {
    const found = this.#byId.get(id);
    if (!found) throw failure(this.#absent, { ref: id });
    return found;
  }

  /** The record of this id, if there is one. */
  find(id: Id): T | undefined {
    return this.#byId.get(id);
  }

  /** The records of this name: names of endpoints are unique only within their network. */
  named(name: string): readonly T[] {
    return [...(this.#byName.get(name) ?? [])].map((id) => this.get(id));
  }

  /** The record that a user means. Throws when there is none, or several. */
  resolve(ref: string): T {
    const [first, ...others] = this.matching(ref);
    if (!first) throw failure(this.#absent, { ref });
    if (others.length === 0) return first;
    const candidates = [first, ...others].map(({ id }) => this.candidate(id)).join(', ');
    throw failure('reference-ambiguous', { ref, candidates });
  }

  /** For whoever wants to be rid of what a reference means: settles when it is there, where it is only being made by now; undefined else. */
  awaited(ref: string): Promise<unknown> | undefined {
    return this.matching(ref).length > 0 ? undefined : this.coming.past(ref);
  }

  /** The records that a user can mean: a whole id goes before names, and those before beginnings of ids. */
  matching(ref: string): readonly T[] {
    const exact = this.#byId.get(ref);
    if (exact) return [exact];
    const named = this.named(ref);
    if (named.length > 0 || !/^[0-9a-f]{2,63}$/.test(ref)) return named;
    return [...this.#byId.values()].filter(({ id }) => id.startsWith(ref));
  }

  /** The name by which there is only one; the beginning of the id where it has gone. */
  fullName(id: Id): string {
    return this.find(id)?.name ?? shortId(id);
  }

  /** The same as one of several that somebody can mean. */
  candidate(id: Id): string {
    return `${this.fullName(id)} (${shortId(id)})`;
  }

  /** All of them, oldest first. */
  list(): readonly T[] {
    return [...this.#byId.values()];
  }

  /** From now on `listener` hears of every change. */
  follow(listener: (id: Id) => void): void {
    this.#listener = listener;
  }

  get size(): number {
    return this.#byId.size;
  }

  put(value: T): void {
    const old = this.#byId.get(value.id);
    if (old && old.name !== value.name) this.#unname(old);
    this.#byId.set(value.id, value);
    const ids = this.#byName.get(value.name);
    if (ids) ids.add(value.id);
    else this.#byName.set(value.name, new Set([value.id]));
    this.#listener(value.id);
  }

  remove(id: Id): void {
    const old = this.#byId.get(id);
    if (!old) return;
    this.#unname(old);
    this.#byId.delete(id);
    this.#listener(id);
  }

  #unname({ id, name }: T): void {
    const ids = this.#byName.get(name);
    ids?.delete(id);
    if (ids?.size === 0) this.#byName.delete(name);
  }
}
