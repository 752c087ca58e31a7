import type { Id } from '../../base/id.js';
import type { Told } from '../../base/told.js';
import type { Asked } from '../../kernel/linux/io/thread-words.js';
import type { PackedChange } from './packed-change.js';
import type { Counts } from '../counts.js';
import type { Limits } from './limits.js';

/** What the thread is started with. */
export interface Start {
  /** The path of the host's namespace; none for that of the process. */
  readonly host: string | undefined;
  readonly limits: Limits;
  /** One number, shared: not 0 once the thread is to end. */
  readonly ending: Int32Array;
  /** Two numbers, shared: how often something was posted without waking the thread, and up to which of these it has read. */
  readonly posted: Int32Array;
}

/** Where those numbers are. */
export const [POSTED, READ] = [0, 1];

/** What can be asked of the thread: argument and answer of each call. */
export interface Calls {
  /** The sandboxes that cannot be served, and why. */
  update: { change: PackedChange; answer: ReadonlyMap<Id, Told> };
  /** A change that opens nothing by itself. It is posted, and not answered. */
  tell: { change: PackedChange; answer: undefined };
  stats: { answer: Counts };
}

/** One request. */
export type Ask = Asked<Calls>;
