import type { FairleadError } from '../base/error.js';
import type { Id } from '../base/id.js';
import { type Counts, noCounts } from './counts.js';
import type { NamesChange } from './types.js';

/** What answers sandboxes that ask for names. */
export interface Names extends AsyncDisposable {
  /**
   * Takes a change: answers follow it when this resolves, and a sandbox that is gone is no longer held. Answers, by its id, each
   * sandbox that could not be listened for: `resolver-port-taken` where a program in it has the port, else what the system said.
   */
  update(change: NamesChange): Promise<ReadonlyMap<Id, FairleadError>>;
  /**
   * Takes a change that opens no socket: every sandbox in it is served already, at the same place, or its sockets come with it, or it is gone. Whoever asks
   * after this has returned is answered by it; what is gone is let go of soon after.
   */
  tell(change: NamesChange): void;
  /** What it has done, and is doing. */
  stats(): Promise<Readonly<Counts>>;
  /** Resolves when it has ended, whoever ended it: from then on it answers nobody. */
  readonly ended: Promise<void>;
}

/** Answers nobody: for a kernel in memory, in which no program asks. */
export const silentNames: Names = {
  update: async () => new Map(),
  tell: () => {},
  stats: async () => noCounts(),
  ended: new Promise(() => {}),
  [Symbol.asyncDispose]: async () => {},
};
