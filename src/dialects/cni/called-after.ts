import { createHash } from 'node:crypto';

const LONGEST = 112; // of the 128 characters of a name, with room for the longest interface behind a dot
const DIGITS = 32;

/** What a container's sandbox is called: its id, or of one that is longer than names are, which CNI has no bound for, its beginning and a digest of all. */
export const calledAfter = (containerId: string): string =>
  containerId.length <= LONGEST
    ? containerId
    : `${containerId.slice(0, LONGEST - DIGITS - 1)}-${createHash('sha256').update(containerId).digest('hex').slice(0, DIGITS)}`;
