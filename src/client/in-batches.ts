import { asFailure, type FairleadError } from '../base/error.js';
import { BODY_LIMIT } from '../base/read-body.js';

/** So many go into one request, so that progress is heard of. */
const TOGETHER = 64;

/** So many bytes of them: beside them a body says little. */
const BYTES = BODY_LIMIT - 1024;

/**
 * Has `send` do this to all, some in a request, and answers what came of each in their order. A request that fails is what came of each that was in it,
 * but for the first: then none was begun, and its error is thrown. `told` hears how many are done.
 */
export async function inBatches<Item, Outcome>(
  items: readonly Item[],
  send: (batch: readonly Item[], last: boolean) => Promise<readonly Outcome[]>,
  told: (done: number) => void,
): Promise<readonly (Outcome | { readonly error: FairleadError })[]> {
  const outcomes: (Outcome | { readonly error: FairleadError })[] = [];
  for (let at = 0; at < items.length; at = outcomes.length) {
    const batch = items.slice(at, at + fitting(items, at));
    try {
      outcomes.push(...(await send(batch, at + batch.length === items.length)));
    } catch (error) {
      if (at === 0) throw error;
      outcomes.push(...batch.map(() => ({ error: asFailure(error) })));
    }
    told(outcomes.length);
  }
  return outcomes;
}

// How many from here fit into one request: one at least, which is refused by itself where it is too large.
function fitting(items: readonly unknown[], at: number): number {
  let [count, bytes] = [0, 0];
  while (count < TOGETHER && at + count < items.length) {
    bytes += Buffer.byteLength(JSON.stringify(items[at + count]) ?? 'null') + 1;
    if (bytes > BYTES && count > 0) break;
    count++;
  }
  return count;
}
