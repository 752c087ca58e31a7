import { asFailure } from '../base/error.js';
import type { SandboxAsk } from './asks.js';
import type { Made } from './fairlead.js';
import { inTurns, type Manner } from './in-turns.js';
import type { Sandbox } from './records.js';

/** Makes each of these, some at a time; one that is refused keeps no other from being made. */
export async function makeMany(asks: readonly SandboxAsk[], create: (ask: SandboxAsk) => Promise<Sandbox>, how: Manner = {}): Promise<readonly Made[]> {
  const outcomes = await inTurns(asks, create, how);
  return outcomes.map((each) => (each.status === 'fulfilled' ? { sandbox: each.value } : { error: asFailure(each.reason) }));
}
