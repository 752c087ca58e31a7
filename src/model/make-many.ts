import { asFailure } from '../base/error.js';
import type { SandboxAsk } from './asks.js';
import type { Made } from './fairlead.js';
import { inTurns } from './in-turns.js';
import type { Sandbox } from './records.js';

/** Makes each of these, some at a time; one that is refused keeps no other from being made. `told` hears how many are done. */
export async function makeMany(
  asks: readonly SandboxAsk[],
  create: (ask: SandboxAsk) => Promise<Sandbox>,
  told: (done: number) => void = () => {},
): Promise<readonly Made[]> {
  const outcomes = await inTurns(asks, create, told);
  return outcomes.map((each) => (each.status === 'fulfilled' ? { sandbox: each.value } : { error: asFailure(each.reason) }));
}
