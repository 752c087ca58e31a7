import { SystemError } from './libc.js';
import { saysAbsent } from './refused.js';

/** What there is; what goes while it is being read is not there. */
export function ifThere<T>(work: () => readonly T[]): readonly T[] {
  try {
    return work();
  } catch (error) {
    if (error instanceof SystemError && saysAbsent(error.errno)) return [];
    throw error;
  }
}
