import type { FairleadEvent } from '../model/fairlead.js';
import type { Context } from './context.js';

/** Tells whoever listens what has become true. */
export function announce(
  { hub, clock }: Context,
  kind: FairleadEvent['kind'],
  { id, name, network, sandbox }: Pick<FairleadEvent, 'id' | 'name' | 'network' | 'sandbox'>,
  change: FairleadEvent['change'],
): void {
  hub.tell({ at: clock.now(), kind, id, name, ...(network !== undefined && { network }), ...(sandbox !== undefined && { sandbox }), change });
}
