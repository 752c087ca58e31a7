import { FairleadError } from '../base/error.js';
import type { Context } from './context.js';

/** Does it once more where it failed for want of something that another host has made only just now. */
export async function seen<T>({ cluster }: Context, operation: () => Promise<T>): Promise<T> {
  try {
    return await operation();
  } catch (error) {
    if (!cluster?.alive || !FairleadError.is(error) || error.code !== 'network-absent') throw error;
    await cluster.look();
    return operation();
  }
}
