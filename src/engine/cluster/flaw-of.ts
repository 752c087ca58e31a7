import { asFailure, type FairleadError } from '../../base/error.js';
import type { Driver } from '../../model/driver.js';
import type { Network } from '../../model/records.js';

/** Why a driver of this host makes nothing of a network that another host defined; one that is not here yet says so where it is used. */
export function flawOf(drivers: ReadonlyMap<string, Driver>, { driver, options }: Pick<Network, 'driver' | 'options'>): FairleadError | undefined {
  try {
    drivers.get(driver)?.parseNetwork(options);
    return undefined;
  } catch (error) {
    return asFailure(error);
  }
}
