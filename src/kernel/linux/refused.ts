import { type FairleadError, failure } from '../../base/error.js';
import { withoutDescriptor } from '../../base/without-descriptor.js';
import {
  EACCES,
  EADDRNOTAVAIL,
  EAFNOSUPPORT,
  EEXIST,
  EHOSTUNREACH,
  EMFILE,
  ENETUNREACH,
  ENODEV,
  ENOSYS,
  ENOENT,
  EOPNOTSUPP,
  EPERM,
  EPROTONOSUPPORT,
  EROFS,
  ESOCKTNOSUPPORT,
  ESRCH,
  nameOfErrno,
} from './errno.js';
import { kernelLacks } from '../kernel-lacks.js';
import type { Refusal } from './netlink-socket.js';

const ABSENT: ReadonlySet<number> = new Set([ENODEV, ENOENT, ESRCH, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL]);
const DENIED: ReadonlySet<number> = new Set([EPERM, EACCES, EROFS]);
const LACKS: ReadonlySet<number> = new Set([ENOSYS, EOPNOTSUPP, EAFNOSUPPORT, EPROTONOSUPPORT, ESOCKTNOSUPPORT]);

/** Whether the kernel said that there is no such thing: for a deletion, as good as done. */
export const saysAbsent = (errno: number): boolean => ABSENT.has(errno);

/** The error of the table for what the kernel answered to this command. Its own words are the cause; `mend` is the way out where it lacks something. */
export function refused(command: string, { errno, reason }: Refusal, mend?: string): FairleadError {
  const cause = new Error(reason ?? nameOfErrno(errno));
  const values = { command, errno: nameOfErrno(errno) };
  if (errno === EMFILE) return withoutDescriptor(`for "${command}"`, cause);
  if (errno === EEXIST) return failure('kernel-exists', { command }, { cause });
  if (ABSENT.has(errno)) return failure('kernel-absent', values, { cause });
  if (DENIED.has(errno)) return failure('kernel-denied', values, { cause });
  if (LACKS.has(errno)) return kernelLacks(command, values.errno, cause, mend);
  return failure('kernel-refused', values, { cause });
}
