import { asFailure, type FairleadError, failure } from '../base/error.js';
import type { Log } from '../base/log.js';
import type { Problem } from './schemas/problem.js';

/** Whatever was thrown, as its answer. What no table knows is logged whole, and answered without its stack. */
export function answerOf(error: unknown, log: Log): Response {
  const failed = asFailure(error);
  if (failed.code === 'internal') log.error('a request failed unexpectedly', { error });
  else if (failed.status >= 500) log.warn('a request failed', { code: failed.code, message: failed.message });
  return answerFor(failed);
}

/** The error in the form in which it is answered. */
export const problemOf = ({ code, message, mend, values }: FairleadError): Problem => ({ code, message, mend, values });

/** The answer where no call has this path. */
export const absent = (method: string, path: string): Response => answerFor(failure('route-absent', { method, path }));

/** The answer where the path's calls have other methods. `allowed` lists them as the header Allow does. */
export const otherMethod = (method: string, path: string, allowed: string): Response =>
  answerFor(failure('method-refused', { method, path, allowed }), { allow: allowed });

const answerFor = (failed: FairleadError, headers = {}): Response => Response.json(problemOf(failed), { status: failed.status, headers });
