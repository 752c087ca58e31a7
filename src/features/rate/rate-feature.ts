import type { Feature } from '../../model/driver.js';
import { describeLimits } from './describe.js';

/** How fast endpoints may send and receive. */
export const rateFeature: Feature = { name: 'rate', endpoint: describeLimits };
