import { mostOpenFiles } from '../../../base/most-open-files.js';
import { EMFILE } from '../errno.js';
import { libc, SystemError } from '../libc.js';

/** Descriptors that are left to those who come for a moment: without one the daemon could not be asked to remove anything. */
const ROOM = 24;

// Asked while the thread starts: later it may not be to be read.
const most = mostOpenFiles() ?? Number.POSITIVE_INFINITY;

/**
 * For a socket that stays. Answers it, or closes it and throws `SystemError` (EMFILE) where it would be among the last of this process: the kernel gives the
 * lowest number that is free.
 */
export function leaveRoom(fd: number): number {
  if (fd < most - ROOM) return fd;
  libc.close(fd);
  throw new SystemError('socket', EMFILE);
}
