import { collect } from '../../base/steps.js';
import type { Id } from '../../base/id.js';
import { announce } from '../announce.js';
import { apart } from '../apart.js';
import type { Context } from '../context.js';
import { giveBack } from '../operations/give-back.js';
import { leaveSandbox } from '../operations/leave-endpoint.js';
import { withEndpoint } from '../operations/with-endpoint.js';
import { unrealize } from '../realize.js';

/**
 * Takes an endpoint down that is not this host's any more: others may have its addresses. `lost` keeps its record, so that its owner sees
 * what became of it; `removed` was somebody's wish.
 */
export async function fence(context: Context, id: Id, how: 'lost' | 'removed'): Promise<void> {
  const { records } = context;
  const known = records.endpoints.find(id);
  if (!known || known.state === 'lost') return;
  await withEndpoint(context, id, async (endpoint) => {
    const failed = endpoint.sandbox ? await collect([async () => void (await leaveSandbox(context, endpoint, how === 'removed'))]) : [];
    if (how === 'removed') {
      if (records.endpoints.find(id)) await records.drop({ endpoints: [id] });
      void giveBack(context, [endpoint], context.draining.past());
      announce(context, 'endpoint', apart(endpoint), 'removed');
    } else {
      await records.keep({ endpoints: [{ ...apart(endpoint), state: 'lost' }] });
      announce(context, 'endpoint', apart(endpoint), 'changed');
    }
    if (failed.length > 0) throw failed[0];
  });
  await unrealize(context, known.network);
}
