import type { Stack } from '../../resource/resource.js';

/** A link that is to be deleted, by its index: the name may be another's by then. */
export interface LeavingLink {
  readonly stack: Stack;
  readonly name: string;
  readonly index: number;
  /** The other end of a veth, which goes with it. */
  readonly peer?: { readonly in: Stack; readonly name: string };
  readonly bridge: boolean;
}

/** What a plan deletes behind the reply. */
export interface Leaving {
  readonly links: LeavingLink[];
  readonly namespaces: Stack[];
}
