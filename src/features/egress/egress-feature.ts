import type { Feature } from '../../model/driver.js';
import { describeEgress } from './describe.js';

/** Where sandboxes may send. */
export const egressFeature: Feature = { name: 'egress', endpoint: describeEgress };
