import { chdir } from 'node:process';
import { failure } from '../../../base/error.js';
import { enterSandbox, surroundings } from '../../process/enter-sandbox.js';
import { type Program, type ProgramFlags, prepare, programFlags } from '../../process/program.js';
import { sandboxPlace } from '../../process/sandbox-place.js';
import { requireHere } from '../../process/require-here.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';

const ABOUT = {
  help: 'fairlead sandbox exec --help',
  note: 'exec starts commands of this host, a sandbox has no files of its own',
  mend: 'check its name, and PATH',
};

/** `sandbox exec`: this process becomes the command. */
export const exec: Define = (command, shell) => {
  command
    .argument('<SANDBOX>', REFERENCE)
    .argument('<CMD>', 'a command of this host')
    .argument('[ARG...]', 'what it is given')
    .usage('[options] SANDBOX [--] CMD [ARG...]');
  programFlags(command).action(async (name: string, cmd: string, args: readonly string[], flags: ProgramFlags) => {
    const words = cmd === '--' ? args : [cmd, ...args];
    const program = prepare(words, flags, shell.world, ABOUT);
    await requireHere(shell);
    const fairlead = await shell.fairlead();
    const [sandbox, around] = await Promise.all([fairlead.sandboxes.get(name), surroundings(fairlead)]);
    const place = await sandboxPlace(fairlead, sandbox);
    await shell.close();
    await enterSandbox(shell, sandbox, place, around);
    await become(program);
  });
};

async function become({ file, words, environment, cwd }: Program): Promise<never> {
  const { execve } = await import('../../../kernel/linux/program.js');
  chdir(cwd);
  try {
    return execve(file, words, environment);
  } catch (cause) {
    const name = cause instanceof Error && 'errnoName' in cause ? String(cause.errnoName) : String(cause);
    const reason = name === 'ENOENT' ? 'the interpreter that its first line names is missing' : name;
    throw failure('command-denied', { command: words[0] ?? '', reason }, { cause });
  }
}
