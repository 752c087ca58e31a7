import type { Context } from '../context.js';
import { letGo } from './let-go.js';
import { firstClaim } from '../realize.js';
import type { Slot } from './slot.js';
import { slotClaim } from './slot-claim.js';
import { draftSlot } from './draft-slot.js';

/** Makes as many more for a network, in one transaction. Throws what IPAM and the kernel refuse; then there are those that could be had. */
export async function makeSlots(context: Context, network: string, count: number): Promise<void> {
  const { records, queues, ledger } = context;
  await queues.run({ shared: [`network/${network}`] }, async () => {
    const found = records.networks.find(network);
    if (found?.state !== 'active') return;
    const slots: Slot[] = [];
    let refused: unknown;
    try {
      for (const _ of Array(count)) slots.push(await draftSlot(context, found));
    } catch (error) {
      refused = error;
    }
    try {
      if (slots.length > 0) await ledger.declare(new Map([...firstClaim(context, found), ...slots.map((slot) => slotClaim(context, slot))]));
    } catch (error) {
      await letGo(context, slots);
      throw error;
    }
    for (const slot of slots) records.slots.put(slot);
    if (refused) throw refused;
  });
  await context.names.withdrawn();
}
