import { failure } from '../../base/error.js';
import type { RemoveHow } from '../../model/asks.js';
import { announce } from '../announce.js';
import { apart } from '../apart.js';
import type { Context } from '../context.js';
import { unrealize } from '../realize.js';
import { giveBack } from './give-back.js';
import { leaveSandbox } from './leave-endpoint.js';
import { withEndpoint } from './with-endpoint.js';

/** Removes an endpoint; one that is in a sandbox only by force. Its addresses are free once its link is silent. */
export async function removeEndpoint(context: Context, ref: string, how: RemoveHow): Promise<void> {
  const { records } = context;
  const awaited = records.endpoints.awaited(ref);
  if (awaited) await awaited;
  const { network } = records.endpoints.resolve(ref);
  const { given, handed } = await withEndpoint(context, ref, async (endpoint) => {
    const sandbox = endpoint.sandbox === undefined ? undefined : records.sandboxes.get(endpoint.sandbox);
    if (sandbox && !how.force) throw failure('endpoint-active', { endpoint: endpoint.name, sandbox: sandbox.name });
    const left = endpoint.sandbox ? (await leaveSandbox(context, endpoint, true)).drained : context.draining.past();
    if (!endpoint.sandbox) await records.drop({ endpoints: [endpoint.id] });
    announce(context, 'endpoint', apart(endpoint), 'removed');
    // Of one that is lost the addresses are others', or given back already.
    const handed = sandbox?.handed !== undefined;
    return { handed, given: endpoint.state === 'lost' ? left : giveBack(context, [endpoint], left) };
  });
  await unrealize(context, network);
  // Who has its own list of addresses gives this one to the next at once.
  if (handed) await context.draining.silent();
  if (how.settle) await Promise.all([given, context.draining.settled()]);
}
