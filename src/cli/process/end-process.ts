import { setTimeout as pause } from 'node:timers/promises';
import { isAlive } from '../../kernel/linux/process.js';
import type { SandboxProcess } from '../../model/records.js';

/** How long the kernel may take to let go of a killed process, in milliseconds. */
const PATIENCE = 5_000;

/**
 * Ends the recorded process with SIGKILL and returns when it has gone. A pid that was given to another since is left
 * alone: the start time is compared just before the signal.
 */
export async function endProcess(recorded: SandboxProcess): Promise<void> {
  if (!isAlive(recorded)) return;
  try {
    process.kill(recorded.pid, 'SIGKILL');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ESRCH') return;
    throw error;
  }
  for (let waited = 0; isAlive(recorded) && waited < PATIENCE; waited += 5) await pause(5);
}
