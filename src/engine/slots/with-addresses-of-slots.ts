import { FairleadError } from '../../base/error.js';
import type { Ip } from '../../ip/types.js';
import type { Network } from '../../model/records.js';
import type { Context } from '../context.js';

/** Slots have addresses that nobody asked for: whoever asks for one gets it, and so does who would have none. */
export async function withAddressesOfSlots<T>({ records }: Context, { id }: Network, take: () => Promise<T>): Promise<T> {
  try {
    return await take();
  } catch (error) {
    if (!FairleadError.is(error) || !(error.code === 'address-taken' || error.code === 'addresses-exhausted')) throw error;
    const wanted = error.code === 'address-taken' ? (error.values['address'] as Ip) : undefined;
    if (!(await records.slots.yield(id, ({ leases }) => wanted === undefined || leases.some(({ ip }) => ip === wanted)))) throw error;
    return take();
  }
}
