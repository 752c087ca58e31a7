import { type FairleadError, failure } from './error.js';

/** An error as data that crosses threads. */
export interface Told {
  readonly code: FairleadError['code'];
  readonly values: FairleadError['values'];
  readonly cause: string;
}

/** The error as data. */
export const tell = ({ code, values, cause }: FairleadError): Told => ({
  code,
  values,
  cause: cause instanceof Error ? (cause.stack ?? cause.message) : String(cause ?? ''),
});

/** The error again. */
export function retell({ code, values, cause }: Told): FairleadError {
  // The values were those of this code when it was made.
  return failure(code, values as never, cause === '' ? undefined : { cause: new Error(cause) });
}
