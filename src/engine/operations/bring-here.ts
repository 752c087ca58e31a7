import { failure } from '../../base/error.js';
import type { Context } from '../context.js';
import { elsewhere } from '../elsewhere.js';

/**
 * The endpoint that a user means, on this host: one of another host that is in no sandbox comes here. Answers what to call it by.
 * Throws `endpoint-elsewhere`.
 */
export async function bringHere(context: Context, ref: string): Promise<string> {
  const published = await elsewhere(context, ref);
  if (!published || !context.cluster) return ref;
  const endpoint = await context.cluster.adopt(published);
  await context.records.keep({ endpoints: [endpoint] });
  return endpoint.id;
}

/** Refuses an endpoint of another host, which alone takes it out of its sandbox. Throws `endpoint-elsewhere`, `endpoint-not-joined`. */
export async function requireHere(context: Context, ref: string): Promise<void> {
  const published = await elsewhere(context, ref);
  if (!published) return;
  const { endpoint, sandbox } = published;
  const { name, host } = endpoint;
  if (endpoint.sandbox === undefined) throw failure('endpoint-not-joined', { endpoint: name });
  throw failure('endpoint-elsewhere', { endpoint: name, host, sandbox: sandbox ?? endpoint.sandbox });
}
