import { z } from 'zod';
import { byName } from './by-name.js';
import { fields, shape } from './shape.js';

/** Every error, as it is answered. */
export interface Problem {
  /** A key of the error table. */
  readonly code: string;
  readonly message: string;
  /** The way out. */
  readonly mend: string;
  /** The values that the two lines were made from. */
  readonly values: Readonly<Record<string, string | number>>;
}

/** The form of every error. */
export const problem = shape<Problem>()(
  'Problem',
  fields({ code: z.string(), message: z.string(), mend: z.string(), values: byName(z.union([z.string(), z.number()])) }),
);
