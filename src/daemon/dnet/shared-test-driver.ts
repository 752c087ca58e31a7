import type { Driver } from '../../model/driver.js';
import { TEST_DRIVER } from './test-driver.js';

/**
 * The original's driver `test`, as the engine has it: of global scope, agreed to whatever is asked, and without a data path. Its networks,
 * services and addresses are on all hosts; in no kernel is anything of them.
 */
export const sharedTestDriver: Driver = {
  name: TEST_DRIVER,
  traits: { scope: 'global', addresses: true, single: false, stack: 'own', shared: true, limits: false, subnets: 8, outside: true },
  options: { network: {}, endpoint: {} },
  // It is a plugin there: what it is told is its own affair.
  parseNetwork: () => ({}),
  parseEndpoint: () => ({}),
};
