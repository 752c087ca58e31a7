import { FairleadError } from '../../base/error.js';
import type { Sandbox } from '../../model/records.js';
import type { Shell } from '../shell.js';
import { enterSandbox, surroundings } from './enter-sandbox.js';
import { PassedSignals, statusOfSignal } from './passed-signals.js';
import type { Program } from './program.js';
import { startIn } from './start.js';

/** Runs the program in a new sandbox, waits for it, removes the sandbox whatever happened, and ends with the program's status. */
export async function runForeground(shell: Shell, program: Program, create: () => Promise<Sandbox>): Promise<void> {
  using signals = new PassedSignals();
  const sandbox = await create();
  try {
    shell.status = signals.early ? statusOfSignal(signals.early) : await waitFor(shell, program, sandbox, signals);
  } catch (error) {
    shell.fail(error);
  }
  await remove(shell, sandbox);
}

async function waitFor(shell: Shell, program: Program, sandbox: Sandbox, signals: PassedSignals): Promise<number> {
  const fairlead = await shell.fairlead();
  const { sandboxes } = fairlead;
  const entered = await enterSandbox(sandbox, await surroundings(fairlead));
  const started = await startIn(entered, program, { stdio: 'inherit', detached: false });
  signals.to((signal) => started.kill(signal));
  if (signals.early) started.kill(signals.early);
  // For `ps`. A daemon that has stopped meanwhile is no reason to end the program.
  const [status] = await Promise.all([started.ended, sandboxes.update(sandbox.id, { process: started.recorded }).catch(() => undefined)]);
  return status;
}

// The status stays the program's: its caller asked for that.
async function remove(shell: Shell, sandbox: Sandbox): Promise<void> {
  const { status } = shell;
  try {
    await (await shell.fairlead()).sandboxes.remove(sandbox.id, { force: true, settle: true });
  } catch (error) {
    if (!FairleadError.is(error) || error.code !== 'sandbox-absent') shell.fail(error, status);
  }
}
