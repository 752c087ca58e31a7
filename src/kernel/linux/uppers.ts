import type { Key } from '../../resource/resource.js';

/**
 * Which links of ours stand upon which of the host's, by the index of that. A parent ends with all of them, and the host is told of the
 * parent alone, which may be somebody else's.
 */
export class Uppers {
  readonly #known = new Map<number, Set<Key>>();

  /** This link stands upon the one of that index. */
  add(parent: number, link: Key): void {
    const known = this.#known.get(parent);
    if (known) known.add(link);
    else this.#known.set(parent, new Set([link]));
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
