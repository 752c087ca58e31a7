import type { Facts } from '../base/json.js';
import type { OptionTable } from '../model/options.js';
import type { Context } from './context.js';

/** About this Fairlead: version, places, counts, drivers with their options. */
export function info({ records, drivers, ipams, about }: Context): Facts {
  return {
    ...about,
    networks: records.networks.size,
    sandboxes: records.sandboxes.size,
    endpoints: records.endpoints.size,
    ipamDrivers: [...ipams.keys()],
    drivers: Object.fromEntries([...drivers].map(([name, { options }]) => [name, { network: helps(options.network), endpoint: helps(options.endpoint) }])),
  };
}

const helps = (table: OptionTable): Facts => Object.fromEntries(Object.entries(table).map(([name, { help }]) => [name, help]));
