import type { ErrorCode } from '../base/error-table.js';
import { FairleadError, failure } from '../base/error.js';

/** An answer as it came. */
export interface Answer {
  readonly status: number;
  readonly text: string;
}

/** The value that the daemon answered; `undefined` for none. Throws the daemon's own error, or `daemon-answer`. */
export function valueOf(socket: string, { status, text }: Answer): unknown {
  if (status === 204) return undefined;
  const value = parse(text);
  if (status >= 200 && status < 300 && value !== undefined) return value;
  throw errorOf(value, status) ?? strange(socket, `status ${status}, ${value === undefined ? 'no JSON' : 'an unknown form'}`);
}

/** An error of the daemon's as it was thrown there: code, status, message, mend and values. `undefined` where it is none. */
export function errorOf(value: unknown, status: number): FairleadError | undefined {
  if (!isObject(value)) return undefined;
  const { code, message, mend, values } = value;
  if (typeof code !== 'string' || typeof message !== 'string' || typeof mend !== 'string' || !isObject(values)) return undefined;
  // A newer daemon may know codes that this table does not.
  return new FairleadError(code as ErrorCode, status, message, mend, values as Readonly<Record<string, string | number>>);
}

/** The error for an answer that is not of this API. */
export const strange = (socket: string, reason: string, cause?: unknown): FairleadError =>
  failure('daemon-answer', { socket, reason }, cause === undefined ? undefined : { cause });

/** The JSON value, or `undefined` where it is none. */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
