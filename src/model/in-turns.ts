import { setImmediate as nextTurn } from 'node:timers/promises';

/** So many are one transaction of the kernel's: whoever comes meanwhile waits for some milliseconds, not for all of them. */
const TOGETHER = 16;

/** Does this to each, some at a time, and answers what came of each in their order. `told` hears how many are done. */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  told: (done: number) => void,
): Promise<readonly PromiseSettledResult<R>[]> {
  const outcomes: PromiseSettledResult<R>[] = [];
  for (let at = 0; at < items.length; at += TOGETHER) {
    outcomes.push(...(await Promise.allSettled(items.slice(at, at + TOGETHER).map(work))));
    told(outcomes.length);
    // What is held ready waits for nothing: without this nobody else would have a turn until all are done.
    await nextTurn();
  }
  return outcomes;
}
