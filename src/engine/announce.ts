import type { FairleadEvent } from '../model/fairlead.js';
import type { Context } from './context.js';

/** Tells whoever listens what has become true. */
export function announce(
  { hub, clock }: Context,
  kind: FairleadEvent['kind'],
  { id, name }: { readonly id: string; readonly name: string },
  change: FairleadEvent['change'],
): void {
  hub.tell({ at: clock.now(), kind, id, name, change });
}
