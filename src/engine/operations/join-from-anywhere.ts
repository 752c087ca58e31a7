import type { Endpoint } from '../../model/records.js';
import type { Context } from '../context.js';
import { bringHere } from './bring-here.js';
import { joinEndpoint } from './join-endpoint.js';

/** Joins an endpoint to a sandbox of this host. One of another host that is in no sandbox comes here for that. Throws `endpoint-elsewhere`. */
export async function joinFromAnywhere(context: Context, ref: string, sandbox: string): Promise<Endpoint> {
  context.records.sandboxes.resolve(sandbox);
  return joinEndpoint(context, await bringHere(context, ref), sandbox);
}
