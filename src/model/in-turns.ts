import { setImmediate as nextTurn } from 'node:timers/promises';
import { heard } from './heard.js';

/** So many are one transaction of the kernel's: whoever comes meanwhile waits for some milliseconds, not for all of them. */
const TOGETHER = 16;

/** What whoever asks for many hears of it, and how long it waits. */
export interface Manner {
  /** Hears how many are done. */
  readonly told?: ((done: number) => void) | undefined;
  /** None more is begun once it aborts: its reason is thrown. */
  readonly signal?: AbortSignal | undefined;
}

/** Does this to each, some at a time, and answers what came of each in their order. */
export async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>, { told, signal }: Manner): Promise<readonly PromiseSettledResult<R>[]> {
  const progress = heard(told);
  const outcomes: PromiseSettledResult<R>[] = [];
  for (let at = 0; at < items.length; at += TOGETHER) {
    signal?.throwIfAborted();
    outcomes.push(...(await Promise.allSettled(items.slice(at, at + TOGETHER).map(work))));
    progress(outcomes.length);
    // What is held ready waits for nothing: without this nobody else would have a turn until all are done.
    await nextTurn();
  }
  return outcomes;
}
