import { collectionCalls } from './collection.js';
import { network, networkAsk, networkChange } from './schemas/networks.js';

/** `/v1/networks`. */
export const networkCalls = collectionCalls('Network', {
  path: '/v1/networks',
  ask: networkAsk,
  change: networkChange,
  record: network,
  of: ({ networks }) => networks,
});
