import type { Id } from '../base/id.js';

/** The queue that an endpoint holds while a segment is asked for its addresses, when its operation holds none yet. */
export const askingKey = (endpoint: Id): string => `asking/${endpoint}`;
