import { kernelLacks } from '../kernel-lacks.js';
import { type FairleadError, failure } from '../../base/error.js';

/** Why the simulated kernel refuses, by the names of errno(3). */
export type ErrnoName =
  | 'EADDRINUSE'
  | 'EADDRNOTAVAIL'
  | 'EBUSY'
  | 'EEXIST'
  | 'EHOSTUNREACH'
  | 'EINVAL'
  | 'ENETDOWN'
  | 'ENETUNREACH'
  | 'ENODEV'
  | 'ENOENT'
  | 'EOPNOTSUPP'
  | 'ENOSYS'
  | 'EPERM'
  | 'EPROTONOSUPPORT'
  | 'EXFULL';

/** What an operation throws inside; the door turns it into an error of the table, with the command in question. */
export class Errno extends Error {
  constructor(readonly errno: ErrnoName) {
    super(errno);
  }
}

const ABSENT: ReadonlySet<ErrnoName> = new Set(['ENODEV', 'ENOENT', 'ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL']);

/** The error of the table for what the kernel answered to this command. */
export function refusal(errno: ErrnoName, command: string, cause: unknown, mend?: string): FairleadError {
  if (errno === 'EEXIST') return failure('kernel-exists', { command }, { cause });
  if (errno === 'EPERM') return failure('kernel-denied', { command, errno }, { cause });
  if (errno === 'ENOSYS' || errno === 'EOPNOTSUPP' || errno === 'EPROTONOSUPPORT') return kernelLacks(command, errno, cause, mend);
  return failure(ABSENT.has(errno) ? 'kernel-absent' : 'kernel-refused', { command, errno }, { cause });
}
