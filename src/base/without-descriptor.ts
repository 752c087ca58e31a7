import { type FairleadError, failure } from './error.js';
import { mostOpenFiles } from './most-open-files.js';

/** `descriptors-exhausted`, with what one was wanted for: `to hold tcp port 80`. */
export const withoutDescriptor = (use: string, cause: unknown): FairleadError =>
  failure('descriptors-exhausted', { use, limit: mostOpenFiles() ?? 'no more' }, { cause });
