import { failure, type FairleadError } from '../base/error.js';

/** An error of a command line that was written wrong. `help` is the command that tells more. */
export const usage = (reason: string, help: string): FairleadError => failure('usage-invalid', { reason, help });
