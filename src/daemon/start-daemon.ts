import type { DaemonFlags } from './daemon.js';
import { ignoreSignals } from './ignore-signals.js';
import { onHangup } from './on-hangup.js';
import { onStop } from './on-stop.js';
import { requireDescriptors } from './require-descriptors.js';

/**
 * Runs the daemon until it is asked to stop and answers the status to end with. What it is made of is loaded only when signals are heard, and there is room for
 * it. Throws `descriptors-few`, and what `runDaemon` throws.
 */
export async function startDaemon(flags: DaemonFlags, say: (line: string) => void): Promise<number> {
  requireDescriptors();
  ignoreSignals();
  const signals = { untilStopped: onStop(), hangup: onHangup() };
  const { runDaemon } = await import('./daemon.js');
  return runDaemon(flags, signals, say);
}
