import { closeSync, openSync } from 'node:fs';
import type { Sandbox } from '../../model/records.js';
import type { Shell } from '../shell.js';
import { tellWaiting } from '../tell-waiting.js';
import { usage } from '../usage.js';
import { endProcess } from './end-process.js';
import { enterSandbox, surroundings } from './enter-sandbox.js';
import type { Program } from './program.js';
import { sandboxPlace } from './sandbox-place.js';
import { type Started, startIn } from './start.js';

/** Starts the program in a new sandbox, in a session of its own, and prints the sandbox's id. It outlives us and the daemon. */
export async function runDetached(shell: Shell, program: Program, create: () => Promise<Sandbox>, log: string | undefined): Promise<void> {
  const output = log === undefined ? 'ignore' : openLog(log);
  const sandbox = await create();
  try {
    const started = await start(shell, program, sandbox, output);
    await record(shell, sandbox, started);
    started.forget();
  } catch (error) {
    await (await shell.fairlead()).sandboxes.remove(sandbox.id, { force: true, settle: true });
    throw error;
  } finally {
    if (typeof output === 'number') closeSync(output);
  }
  shell.print(sandbox.id);
}

async function start(shell: Shell, program: Program, sandbox: Sandbox, output: number | 'ignore'): Promise<Started> {
  await tellWaiting(shell, sandbox);
  const fairlead = await shell.fairlead();
  const entered = await enterSandbox(shell, sandbox, await sandboxPlace(fairlead, sandbox), await surroundings(fairlead));
  return startIn(entered, program, { stdio: ['ignore', output, output], detached: true });
}

async function record(shell: Shell, sandbox: Sandbox, { recorded }: Started): Promise<void> {
  try {
    await (await shell.fairlead()).sandboxes.update(sandbox.id, { process: recorded });
  } catch (error) {
    await endProcess(recorded);
    throw error;
  }
}

function openLog(file: string): number {
  try {
    return openSync(file, 'a');
  } catch (error) {
    throw usage(`cannot write --log ${file} (${error instanceof Error && 'code' in error ? String(error.code) : String(error)})`, 'fairlead run --help');
  }
}
