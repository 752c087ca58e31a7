import { type FairleadError, failure } from '../../base/error.js';

// Nothing left on the file system, or of what its quota gives to this user.
const full: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT']);

/** The error of the table for state that could not be written: `state-full` or `state-denied`. */
export const notWritten = (path: string, errno: string, cause: unknown): FairleadError =>
  failure(full.has(errno) ? 'state-full' : 'state-denied', { path, errno }, { cause });
