import { failure } from '../../base/error.js';
import type { ProcessId } from '../../base/process-id.js';
import type { UntilAsk } from '../../model/asks.js';
import type { Context } from '../context.js';

const TICKS = 'clock ticks after the boot, as field 22 of /proc/PID/stat has them; or leave it out';

/** The process that a user means. Throws `value-invalid`, and `process-absent` when there is none, or it is not the one that started then. */
export async function parseUntil({ kernel }: Context, { pid, started }: UntilAsk): Promise<ProcessId> {
  if (started !== undefined && !/^\d+$/.test(started))
    throw failure('value-invalid', { field: 'until.started', value: started, reason: 'no time at which a process started', mend: TICKS });
  const now = Number.isSafeInteger(pid) && pid > 0 ? await kernel.started(pid) : undefined;
  if (now === undefined) throw failure('process-absent', { pid, found: '' });
  if (started !== undefined && started !== now) throw failure('process-absent', { pid, found: ` that started at ${started}: the one there started at ${now}` });
  return { pid, started: now };
}
