import type { Call } from './call.js';
import { endpointCalls } from './endpoints.js';
import { eventCalls } from './events.js';
import { hostCalls } from './hosts.js';
import { inspectionCalls } from './inspection.js';
import { networkCalls } from './networks.js';
import { sandboxCalls } from './sandboxes.js';

/** Every call of the API. */
export const calls: readonly Call[] = [...networkCalls, ...sandboxCalls, ...endpointCalls, ...hostCalls, ...inspectionCalls, ...eventCalls];
