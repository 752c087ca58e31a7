import { failure } from '../../base/error.js';
import type { ProcessId } from '../../base/process-id.js';
import type { UntilAsk } from '../../model/asks.js';
import type { Context } from '../context.js';

/** The process that a user means. Throws `process-absent` when there is none, or it is not the one that started then. */
export async function parseUntil({ kernel }: Context, { pid, started }: UntilAsk): Promise<ProcessId> {
  const now = Number.isSafeInteger(pid) && pid > 0 ? await kernel.started(pid) : undefined;
  if (now === undefined || (started !== undefined && started !== now)) throw failure('process-absent', { pid });
  return { pid, started: now };
}
