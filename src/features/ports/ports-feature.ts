import type { Feature } from '../../model/driver.js';
import { describePorts } from './describe.js';

/** Published ports. */
export const portsFeature: Feature = { name: 'ports', endpoint: describePorts };
