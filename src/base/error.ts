import { type ErrorCode, errorTable } from './error-table.js';
import { mostOpenFiles } from './most-open-files.js';
import { wantsDescriptor } from './wants-descriptor.js';

type Placeholder<Text extends string> = Text extends `${string}{${infer Name}}${infer Rest}` ? Name | Placeholder<Rest> : never;

/** The values that an error of this code carries: one for each placeholder of its two lines. */
export type ErrorValues<Code extends ErrorCode> = Readonly<
  Record<Placeholder<(typeof errorTable)[Code]['problem']> | Placeholder<(typeof errorTable)[Code]['mend']>, string | number>
>;

/** An error as JSON: a log's line, say. */
export interface ErrorAsJson {
  readonly name: string;
  readonly code: ErrorCode;
  readonly status: number;
  readonly message: string;
  readonly mend: string;
  readonly values: Readonly<Record<string, string | number>>;
  readonly cause?: ErrorAsJson | string;
}

const brand = Symbol.for('fairlead.error');

/** An error as Fairlead answers it: a stable code, an HTTP status, a line that says what is wrong and one that says the way out. */
export class FairleadError extends Error {
  override readonly name = 'FairleadError';
  readonly [brand] = true;

  constructor(
    /** The stable code: a key of the error table. */
    readonly code: ErrorCode,
    /** The HTTP status that the native API answers. */
    readonly status: number,
    problem: string,
    /** The way out, in one line. */
    readonly mend: string,
    /** The values that the two lines were made from. */
    readonly values: Readonly<Record<string, string | number>> = {},
    options?: ErrorOptions,
  ) {
    super(problem, options);
  }

  /** What `JSON.stringify` makes of it: all that it says, which of an Error it would leave out. Of a cause that is none of the table its text. */
  toJSON(): ErrorAsJson {
    const { name, code, status, message, mend, values, cause } = this;
    return { name, code, status, message, mend, values, ...(cause !== undefined && { cause: causeAsJson(cause) }) };
  }

  /** True for errors of this class, also across two copies of the library. */
  static is(error: unknown): error is FairleadError {
    return typeof error === 'object' && error !== null && brand in error;
  }
}

// Another copy of the library may be an older one.
function causeAsJson(cause: unknown): ErrorAsJson | string {
  if (FairleadError.is(cause) && typeof cause.toJSON === 'function') return cause.toJSON();
  return cause instanceof AggregateError ? `${String(cause)}: ${cause.errors.map(String).join('; ')}` : String(cause);
}

const fill = (text: string, values: Readonly<Record<string, string | number>>): string =>
  text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole));

/** Makes the error of this code from its values. Throw what it returns. */
export function failure<Code extends ErrorCode>(code: Code, values: ErrorValues<Code>, options?: ErrorOptions): FairleadError {
  const { status, problem, mend } = errorTable[code];
  const known: Readonly<Record<string, string | number>> = values;
  return new FairleadError(code, status, fill(problem, known), fill(mend, known), known, options);
}

/** Whatever was thrown, as an error of the table: `descriptors-exhausted` where none was left, else `internal`. Its cause is kept. */
export function asFailure(error: unknown): FairleadError {
  if (FairleadError.is(error)) return error;
  const reason = error instanceof Error ? error.message : String(error);
  if (wantsDescriptor(error)) return failure('descriptors-exhausted', { use: `(${reason})`, limit: mostOpenFiles() ?? 'no more' }, { cause: error });
  return failure('internal', { reason }, { cause: error });
}
