import { asFailure, type FairleadError, failure } from '../base/error.js';
import type { Log } from '../base/log.js';
import type { Problem } from './schemas/problem.js';

/** Whatever was thrown, as its answer. What no table knows is logged whole, and answered without its stack. */
export function answerOf(error: unknown, log: Log): Response {
  const failed = asFailure(error);
  if (failed.code === 'internal') log.error('a request failed unexpectedly', { error });
  return Response.json(problemOf(failed), { status: failed.status });
}

/** The error in the form in which it is answered. */
export const problemOf = ({ code, message, mend, values }: FairleadError): Problem => ({ code, message, mend, values });

/** The answer where no call has this path. */
export const absent = (method: string, path: string): Response => Response.json(problemOf(routeAbsent(method, path)), { status: 404 });

/** The answer where the path's calls have other methods. */
export const otherMethod = (method: string, path: string, allow: string): Response =>
  Response.json(problemOf(routeAbsent(method, path)), { status: 405, headers: { allow } });

const routeAbsent = (method: string, path: string): FairleadError => failure('route-absent', { method, path });
