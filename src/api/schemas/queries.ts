import { z } from 'zod';
import { fields } from './shape.js';

// `?force`, `?force=true` and `?force=1` are yes.
const flag = z.enum(['', 'true', '1', 'false', '0']).transform((text) => text !== 'false' && text !== '0');

/** Which objects are listed. */
export const nameQuery = fields({ name: z.string().exactOptional() });

/** How something is removed. */
export const removeQuery = fields({ force: flag.exactOptional(), settle: flag.exactOptional() });

/** Which object is explained. */
export const objectQuery = fields({ object: z.string() });

/** Which object `doctor` looks at; all without. */
export const doctorQuery = fields({ of: z.string().exactOptional() });
