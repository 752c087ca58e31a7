import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { environment } from '../parse/environment.js';
import { collect } from '../parse/pairs.js';
import { usage } from '../usage.js';
import type { World } from '../world.js';
import { findCommand } from './find-command.js';

/** A program ready to be started: everything about it that can be wrong has been looked at. */
export interface Program {
  /** The file that was found. */
  readonly file: string;
  /** The command as it was written, first its name. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly cwd: string;
}

/** What `run` and `exec` each say of a command that is not there. */
export interface ProgramAbout {
  readonly help: string;
  readonly note: string;
  readonly mend: string;
}

/** The flags of `run` and `exec` that are about the program. */
export interface ProgramFlags {
  readonly env?: readonly string[];
  readonly workdir?: string;
}

/** Adds those flags. */
export const programFlags = (command: Command): Command =>
  command.option('-e, --env <K=V>', 'a variable of the command; may repeat', collect).option('-w, --workdir <DIR>', 'where the command starts');

/** Finds the program before anything is made for it. Throws `command-absent`, `command-denied`, `usage-invalid`. */
export function prepare(words: readonly string[], flags: ProgramFlags, { env }: World, { help, ...absent }: ProgramAbout): Program {
  const variables = environment(env, flags.env, help);
  const cwd = resolve(flags.workdir ?? '.');
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) throw usage(`there is no directory ${flags.workdir ?? cwd}`, help);
  const file = findCommand(words[0] ?? '', { path: variables['PATH'], cwd, absent });
  return { file, words, environment: variables, cwd };
}
