import { type ChildProcess, spawn } from 'node:child_process';
import { failure } from '../../base/error.js';
import type { Entered } from '../../kernel/linux/enter.js';
import { startOf } from '../../kernel/linux/process.js';
import type { SandboxProcess } from '../../model/records.js';
import type { Program } from './program.js';
import { statusOfSignal } from './passed-signals.js';

/** A program that runs. */
export interface Started {
  /** What the sandbox's record says of it. */
  readonly recorded: SandboxProcess;
  /** The status with which it ends. */
  readonly ended: Promise<number>;
  kill(signal: NodeJS.Signals): void;
  /** Does not wait for it any more. */
  forget(): void;
}

/** Where the program's standard descriptors lead. A detached one is the leader of a session of its own. */
export interface StartOptions {
  readonly stdio: 'inherit' | readonly ['ignore', number | 'ignore', number | 'ignore'];
  readonly detached: boolean;
}

/** Starts the program where `entered` is, and leaves that again: only the program stays. Throws `command-denied`. */
export async function startIn(entered: Entered, program: Program, options: StartOptions): Promise<Started> {
  const child = spawnIn(entered, program, options);
  const ended = new Promise<number>((resolve) => child.once('exit', (code, signal) => resolve(signal ? statusOfSignal(signal) : (code ?? 0))));
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve);
    child.once('error', (error) => reject(denied(program, error)));
  });
  const { pid = 0 } = child;
  return {
    recorded: { pid, started: startOf(pid) ?? '', command: program.words },
    ended,
    kill: (signal) => void child.kill(signal),
    forget: () => child.unref(),
  };
}

// libuv starts the process in this thread and returns when it has executed the file, or could not.
function spawnIn(entered: Entered, { file, words, environment, cwd }: Program, { stdio, detached }: StartOptions): ChildProcess {
  const [argv0 = file, ...args] = words;
  let child: ChildProcess;
  try {
    child = spawn(file, args, { argv0, env: environment, cwd, detached, stdio: stdio === 'inherit' ? stdio : [...stdio] });
  } catch (error) {
    entered.leave();
    throw denied({ words }, error);
  }
  try {
    entered.leave();
    return child;
  } catch (error) {
    // Who cannot wait for it where it should be waited for does not leave it running.
    child.kill('SIGKILL');
    throw error;
  }
}

function denied({ words }: Pick<Program, 'words'>, cause: unknown): Error {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  // The file itself was found before.
  const reason = code === 'ENOENT' ? 'the interpreter that its first line names is missing' : code;
  return failure('command-denied', { command: words[0] ?? '', reason }, { cause });
}
