import type { Key } from '../../resource/resource.js';

/**
 * Which links of ours stand upon which of the host's, by the index of that. A parent ends with all of them, and the host is told of the
 * parent alone, which may be somebody else's. One that could not be made for want of its parent is made again when a link of that name comes.
 */
export class Uppers {
  readonly #known = new Map<number, Set<Key>>();
  /** The names of parents that were not there. */
  readonly #wanted = new Set<string>();

  /** A link is to stand upon the one of this name, of which nobody knows yet whether it is there. */
  want(parent: string): void {
    this.#wanted.add(parent);
  }

  /** Whether one of this name was looked for in vain. */
  wants(parent: string): boolean {
    return this.#wanted.has(parent);
  }

  /** All names that were. */
  get wanted(): Iterable<string> {
    return this.#wanted;
  }

  /** The link of this index and name was found: this one stands upon it. */
  found(parent: string, index: number, link: Key): void {
    this.#wanted.delete(parent);
    this.add(index, link);
  }

  /** This link stands upon the one of that index. */
  add(parent: number, link: Key): void {
    const known = this.#known.get(parent);
    if (known) known.add(link);
    else this.#known.set(parent, new Set([link]));
  }

  /** Whether a link of ours stands upon the one of this index. */
  bears(parent: number): boolean {
    return this.#known.has(parent);
  }

  /** The parent has ended: what has ended with it. */
  take(parent: number): readonly Key[] {
    const known = this.#known.get(parent);
    this.#known.delete(parent);
    return [...(known ?? [])];
  }

  /** The link has been deleted. */
  drop(link: Key): void {
    for (const [parent, links] of this.#known) if (links.delete(link) && links.size === 0) this.#known.delete(parent);
  }
}
