import { FairleadError } from '../../base/error.js';

/** Whether the shared store could not be asked, or did not say what became of what it was asked. */
export const isAway = (error: unknown): boolean => FairleadError.is(error) && (error.code === 'store-unreachable' || error.code === 'store-doubtful');
