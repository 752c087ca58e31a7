import type { ProcessId } from '../../base/process-id.js';
import type { World } from './world.js';

/** PID_MAX_LIMIT of include/linux/threads.h: no pid of the machine that simulates is as high. */
const FIRST_PID = 4 * 1024 * 1024;

/** What runs on a host from the beginning: the process that simulates it, so that it can be named as it would be on Linux. */
export const firstProcesses = (): Map<number, string> => new Map([[process.pid, '0']]);

/** Starts a process, with a pid that was given before where one is named. */
export function startProcess(world: World, pid = FIRST_PID + world.processesMade): ProcessId {
  const started = String(++world.processesMade);
  world.processes.set(pid, started);
  return { pid, started };
}

/** Ends a process, and tells who waits for it. */
export function endProcess({ processes, ends }: World, pid: number): void {
  const started = processes.get(pid);
  processes.delete(pid);
  if (started !== undefined) ends.tell({ pid, started });
}

/** Resolves when this very process has ended; rejects with the signal's reason. */
export async function processEnd({ processes, ends }: World, { pid, started }: ProcessId, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  if (processes.get(pid) !== started) return;
  await new Promise<void>((resolve, reject) => {
    const settle = (act: () => void) => {
      deaf();
      signal.removeEventListener('abort', abort);
      act();
    };
    const abort = () => settle(() => reject(signal.reason));
    const deaf = ends.listen((ended) => ended.pid === pid && settle(resolve));
    signal.addEventListener('abort', abort);
  });
}
