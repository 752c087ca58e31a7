import { asFailure } from '../base/error.js';
import type { SandboxAsk } from './asks.js';
import type { Made } from './fairlead.js';
import type { Sandbox } from './records.js';

/** So many are one transaction of the kernel's: whoever comes meanwhile waits for some milliseconds, not for all of them. */
const TOGETHER = 16;

/** Makes each of these, some at a time; one that is refused keeps no other from being made. `told` hears how many are done. */
export async function makeMany(
  asks: readonly SandboxAsk[],
  create: (ask: SandboxAsk) => Promise<Sandbox>,
  told: (done: number) => void = () => {},
): Promise<readonly Made[]> {
  const made: Made[] = [];
  for (let at = 0; at < asks.length; at += TOGETHER) {
    const outcomes = await Promise.allSettled(asks.slice(at, at + TOGETHER).map(create));
    made.push(...outcomes.map((each) => (each.status === 'fulfilled' ? { sandbox: each.value } : { error: asFailure(each.reason) })));
    told(made.length);
  }
  return made;
}
