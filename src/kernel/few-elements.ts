import { subject } from '../resource/order.js';
import type { Plan } from '../resource/resource.js';

/** So many are one transaction of a millisecond at most: whoever makes it waits for it. */
const MOST = 256;

/** Whether a plan is nothing but a few elements of the host's tables. */
export const fewElements = (plan: Plan): boolean =>
  plan.length <= MOST && plan.every((operation) => subject(operation).kind === 'element' && subject(operation).in === 'host');
