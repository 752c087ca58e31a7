import { startOf } from '../../kernel/linux/process.js';
import type { UntilAsk } from '../../model/asks.js';

/** Asks for what goes with this process. Its start time goes along: a daemon in another pid namespace does not take a stranger for it. */
export function until(pid: number): UntilAsk {
  const started = startOf(pid);
  return { pid, ...(started !== undefined && { started }) };
}
