import type { Endpoint } from '../../model/records.js';
import type { Context } from '../context.js';
import { elsewhere } from '../elsewhere.js';
import { joinEndpoint } from './join-endpoint.js';

/** Joins an endpoint to a sandbox of this host. One of another host that is in no sandbox comes here for that. Throws `endpoint-elsewhere`. */
export async function joinFromAnywhere(context: Context, ref: string, sandbox: string): Promise<Endpoint> {
  const published = await elsewhere(context, ref);
  if (!published || !context.cluster) return joinEndpoint(context, ref, sandbox);
  context.records.sandboxes.resolve(sandbox);
  const endpoint = await context.cluster.adopt(published);
  await context.records.keep({ endpoints: [endpoint] });
  return joinEndpoint(context, endpoint.id, sandbox);
}
