import { asFailure } from '../base/error.js';
import type { CallHow, RemoveHow } from './asks.js';
import type { Fairlead, Removed } from './fairlead.js';
import { inTurns } from './in-turns.js';

/** Removes each of these, some at a time; one that stays keeps no other from going. */
export async function removeMany(
  { sandboxes, settled }: { readonly sandboxes: Pick<Fairlead['sandboxes'], 'remove'>; readonly settled: () => Promise<void> },
  refs: readonly string[],
  { settle, signal, ...how }: RemoveHow & CallHow = {},
  told?: (done: number) => void,
): Promise<readonly Removed[]> {
  const outcomes = await inTurns(refs, (ref) => sandboxes.remove(ref, { ...how, settle: false }), { told, signal: signal ?? undefined });
  // The kernel lets go of all of them in the time that one takes.
  if (settle) await settled();
  return outcomes.map((each, at) => (each.status === 'fulfilled' ? { ref: refs[at] as string } : { error: asFailure(each.reason) }));
}
