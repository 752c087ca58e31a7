import { accessSync, constants, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { failure } from '../../base/error.js';

/** Where a command is looked for: the directories of `path`, and `cwd` for what has a slash. */
export interface Where {
  readonly path: string | undefined;
  readonly cwd: string;
  /** What is said where there is none. */
  readonly absent: { readonly note: string; readonly mend: string };
}

// execvp(3) of glibc, where PATH is not set.
const USUAL = '/bin:/usr/bin';

/** The file of a command, found as a shell finds it. Throws `command-absent` and `command-denied`. */
export function findCommand(command: string, { path = USUAL, cwd, absent }: Where): string {
  const files = command.includes('/') ? [resolve(cwd, command)] : path.split(':').map((folder) => resolve(cwd, folder, command));
  const reasons: string[] = [];
  for (const file of command === '' ? [] : files) {
    const reason = obstacle(file, command.includes('/'));
    if (reason === undefined) return file;
    if (reason !== ABSENT) reasons.push(reason);
  }
  const [reason] = reasons;
  throw reason === undefined ? failure('command-absent', { command, ...absent }) : failure('command-denied', { command, reason });
}

const ABSENT = 'absent';
const DENIED = 'permission is missing';

// A directory of PATH that may not be looked into hides nothing: a shell passes over it, and so does this.
function obstacle(file: string, named: boolean): string | undefined {
  try {
    if (statSync(file).isDirectory()) return 'it is a directory';
  } catch (error) {
    return named && isDenied(error) ? DENIED : ABSENT;
  }
  try {
    accessSync(file, constants.X_OK);
    return undefined;
  } catch {
    return DENIED;
  }
}

const isDenied = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'EACCES';
