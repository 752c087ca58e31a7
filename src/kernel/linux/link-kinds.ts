import { LINK_KINDS } from '../../resource/link-module.js';
import type { LinkKind } from '../../resource/resource.js';
import { EOPNOTSUPP } from './errno.js';
import { probeKind } from './link/probe-kind.js';
import type { Stacks } from './stacks.js';
import { makesTaps } from './tap.js';

/** The kinds of links that this kernel makes. */
export class LinkKinds {
  readonly #stacks: Stacks;
  readonly #has = new Set<LinkKind>();

  constructor(stacks: Stacks) {
    this.#stacks = stacks;
  }

  /** Those that it does not make. A module that is not loaded is loaded by the kernel where it can be, so what is lacking is asked for anew each time. */
  lacking(): readonly LinkKind[] {
    const unknown = LINK_KINDS.filter((kind) => !this.#has.has(kind));
    if (unknown.length === 0) return [];
    const answers = this.#stacks.host.route.transact(unknown.map(probeKind));
    return unknown.filter((kind, index) => {
      // rtnetlink makes none.
      if (kind === 'tap' ? !makesTaps() : answers[index]?.errno === EOPNOTSUPP) return true;
      this.#has.add(kind);
      return false;
    });
  }
}
