import type { Feature } from '../../model/driver.js';
import { describeEndpoint, describeNetwork } from './describe.js';

/** What a sandbox may send into its network. */
export const guardFeature: Feature = { name: 'guard', network: describeNetwork, endpoint: describeEndpoint };
