import { asFailure, type FairleadError } from '../base/error.js';
import { BODY_LIMIT } from '../base/read-body.js';
import { heard } from '../model/heard.js';
import type { Manner } from '../model/in-turns.js';

/** So many go into one request, so that progress is heard of. */
const TOGETHER = 64;

/** So many bytes of them: beside them a body says little. */
const BYTES = BODY_LIMIT - 1024;

/**
 * Has `send` do this to all, some in a request, and answers what came of each in their order. A request that fails is what came of each that was in it,
 * but for the first: then none was begun, and its error is thrown.
 */
export async function inBatches<Item, Outcome>(
  items: readonly Item[],
  send: (batch: readonly Item[], last: boolean) => Promise<readonly Outcome[]>,
  { told, signal }: Manner = {},
): Promise<readonly (Outcome | { readonly error: FairleadError })[]> {
  const progress = heard(told);
  const outcomes: (Outcome | { readonly error: FairleadError })[] = [];
  for (let at = 0; at < items.length; at = outcomes.length) {
    signal?.throwIfAborted();
    const batch = items.slice(at, at + fitting(items, at));
    try {
      outcomes.push(...(await send(batch, at + batch.length === items.length)));
    } catch (error) {
      if (at === 0) throw error;
      outcomes.push(...batch.map(() => ({ error: asFailure(error) })));
    }
    progress(outcomes.length);
  }
  return outcomes;
}

// How many from here fit into one request: one at least, which is refused by itself where it is too large.
function fitting(items: readonly unknown[], at: number): number {
  let [count, bytes] = [0, 0];
  while (count < TOGETHER && at + count < items.length) {
    bytes += sizeOf(items[at + count]) + 1;
    if (bytes > BYTES && count > 0) break;
    count++;
  }
  return count;
}

// What JSON has no form for is refused when it is sent.
function sizeOf(item: unknown): number {
  try {
    return Buffer.byteLength(JSON.stringify(item) ?? 'null');
  } catch {
    return 0;
  }
}
