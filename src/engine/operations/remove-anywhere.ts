import type { RemoveHow } from '../../model/asks.js';
import { announce } from '../announce.js';
import type { Context } from '../context.js';
import { elsewhere } from '../elsewhere.js';
import { removeEndpoint } from './remove-endpoint.js';

/** Removes an endpoint, on whichever host it is: one that is in a sandbox only by force. */
export async function removeAnywhere(context: Context, ref: string, how: RemoveHow): Promise<void> {
  const published = await elsewhere(context, ref);
  if (!published || !context.cluster) return removeEndpoint(context, ref, how);
  await context.cluster.removeOf(published, how);
  announce(context, 'endpoint', published.endpoint, 'removed');
}
