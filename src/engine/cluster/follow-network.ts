import { asFailure } from '../../base/error.js';
import type { Id } from '../../base/id.js';
import type { Context } from '../context.js';
import { declare } from '../declare.js';
import { withNetwork } from '../operations/with-network.js';
import { claimsOn } from '../refresh.js';

/** Lets what this host has of a network follow a change of it, by whichever host: all on it is described again. */
export async function followNetwork(context: Context, id: Id): Promise<void> {
  const { records, names, log } = context;
  if (records.endpointsOf(id).length === 0) return;
  try {
    await withNetwork(context, id, async (network) => {
      await declare(context, () => claimsOn(context, network));
      await names.renew(new Set(records.endpointsOf(id).flatMap(({ sandbox }) => sandbox ?? [])));
    });
  } catch (error) {
    if (records.networks.find(id)) log.error('a network could not follow its change by another host', { network: id, error: asFailure(error).message });
  }
}
