import { FairleadError } from '../../base/error.js';

const SILENT: ReadonlySet<string> = new Set(['store-unreachable', 'store-doubtful']);
// What it says of this host, of its own or of both: somebody mends that, and then what waits is done.
const REFUSING: ReadonlySet<string> = new Set(['store-refused', 'store-distrusted', 'store-password-unreadable']);
const FULL = 'store-full';

const hasCode = (error: unknown, is: (code: string) => boolean): boolean => FairleadError.is(error) && is(error.code);

/** Whether the shared store could not be asked, or did not say what became of what it was asked. */
export const isSilent = (error: unknown): boolean => hasCode(error, (code) => SILENT.has(code));

/** Whether this host is not believed, or does not believe the store: a login, a right, a certificate. */
export const isRefused = (error: unknown): boolean => hasCode(error, (code) => REFUSING.has(code));

/** Whether the shared store does nothing for this host now and may later: it is silent, refuses, or is full. What is given back waits for it. */
export const isAway = (error: unknown): boolean => hasCode(error, (code) => SILENT.has(code) || REFUSING.has(code) || code === FULL);
