import { invert } from '../../resource/invert.js';
import { subject } from '../../resource/order.js';
import type { Operation } from '../../resource/resource.js';

/** The operation that takes one back. Effects are not taken back: they are no state. */
export const inverseOf = (operation: Operation): Operation | undefined => (subject(operation).kind === 'flows' ? undefined : invert([operation])[0]);
