import { collectionCalls } from './collection.js';
import { sandbox, sandboxAsk, sandboxChange } from './schemas/sandboxes.js';

/** `/v1/sandboxes`. */
export const sandboxCalls = collectionCalls('Sandbox', {
  path: '/v1/sandboxes',
  ask: sandboxAsk,
  change: sandboxChange,
  record: sandbox,
  of: ({ sandboxes }) => sandboxes,
});
