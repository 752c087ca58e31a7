import { readFileSync } from 'node:fs';
import type { ProcessId } from '../../base/process-id.js';

/** The start time of a process in clock ticks after boot: field 22 of /proc/PID/stat (proc(5)); `undefined` when there is none or it has died. */
export function startOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the command in parentheses, may hold spaces and parentheses itself: fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, started] = [fields[0], fields[19]];
    return state === 'Z' || state === 'X' ? undefined : started;
  } catch {
    return undefined;
  }
}

/** Whether this very process still runs: a pid may have been given to another since. */
export const isAlive = ({ pid, started }: ProcessId): boolean => startOf(pid) === started;
