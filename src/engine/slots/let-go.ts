import type { Context } from '../context.js';
import { nothing } from '../describe.js';
import { giveBack } from '../operations/give-back.js';
import type { Slot } from './slot.js';
import { slotOwner } from './slot-claim.js';

/** Nobody gets these slots any more: what they claim goes. Resolves when their addresses are free. */
export async function letGo(context: Context, slots: readonly Slot[]): Promise<void> {
  if (slots.length === 0) return;
  context.records.slots.remove(slots);
  for (const { id } of slots) context.records.leaves.free(id);
  // A socket in a namespace would keep it alive.
  await context.names.withdrawn();
  const { drained } = await context.ledger.declare(new Map(slots.map(({ id }) => nothing(slotOwner(id)))));
  const endpoints = slots.map(({ endpoint }) => endpoint);
  await giveBack(context, endpoints, drained);
}
