import { z } from 'zod';
import type { RatesChange } from '../../model/asks.js';
import type { Rates } from '../../model/rates.js';
import { fields, shape } from './shape.js';

const rate = z.union([z.int(), z.literal('none')]);

/** How fast endpoints may receive and send: bits a second, and bytes at once. */
export const rates = shape<Rates>()('Rates', fields({ in: rate.exactOptional(), out: rate.exactOptional(), burst: z.int().exactOptional() }));

/** A change of that; `null` takes a word back. */
export const ratesChange = shape<RatesChange>()(
  'RatesChange',
  fields({ in: rate.nullable().exactOptional(), out: rate.nullable().exactOptional(), burst: z.int().nullable().exactOptional() }),
);
