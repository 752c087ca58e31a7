import { FairleadError, failure } from '../../base/error.js';
import type { Sandbox } from '../../model/records.js';
import type { Shell } from '../shell.js';
import { tellWaiting } from '../tell-waiting.js';
import { enterSandbox, surroundings } from './enter-sandbox.js';
import { PassedSignals, statusOfSignal } from './passed-signals.js';
import type { Program } from './program.js';
import { sandboxPlace } from './sandbox-place.js';
import { startIn } from './start.js';

/**
 * Runs the program in a new sandbox, waits for it, removes the sandbox whatever happened, and ends with the program's status.
 * The sandbox is to go with this process: where this is killed the daemon removes it, where both are, the next daemon.
 */
export async function runForeground(shell: Shell, program: Program, create: () => Promise<Sandbox>): Promise<void> {
  using signals = new PassedSignals();
  const sandbox = await create();
  let failed: unknown;
  try {
    shell.status = signals.early ? statusOfSignal(signals.early) : await waitFor(shell, program, sandbox, signals);
  } catch (error) {
    failed = error;
  }
  const left = await remove(shell, sandbox);
  // A daemon that has gone is said once, with what that leaves.
  const once = left !== undefined && isGone(failed);
  if (failed !== undefined && !once) shell.fail(failed);
  // The status stays the program's: its caller asked for that.
  if (left !== undefined) shell.fail(left, once ? undefined : shell.status);
}

async function waitFor(shell: Shell, program: Program, sandbox: Sandbox, signals: PassedSignals): Promise<number> {
  const fairlead = await shell.fairlead();
  const { sandboxes } = fairlead;
  await tellWaiting(shell, sandbox);
  const entered = await enterSandbox(shell, sandbox, await sandboxPlace(fairlead, sandbox), await surroundings(fairlead));
  const started = await startIn(entered, program, { stdio: 'inherit', detached: false });
  signals.to((signal) => started.kill(signal));
  if (signals.early) started.kill(signals.early);
  // For `ps`. A daemon that has stopped meanwhile is no reason to end the program.
  const [status] = await Promise.all([started.ended, sandboxes.update(sandbox.id, { process: started.recorded }).catch(() => undefined)]);
  return status;
}

/** Removes the sandbox; answers what kept it from that. */
async function remove(shell: Shell, { id, name }: Sandbox): Promise<unknown> {
  try {
    await (await shell.fairlead()).sandboxes.remove(id, { force: true, settle: true });
    return undefined;
  } catch (error) {
    if (isGone(error)) return failure('sandbox-left', { socket: error.values['socket'] ?? '', sandbox: name }, { cause: error });
    return FairleadError.is(error) && error.code === 'sandbox-absent' ? undefined : error;
  }
}

const isGone = (error: unknown): error is FairleadError => FairleadError.is(error) && error.code === 'daemon-absent';
