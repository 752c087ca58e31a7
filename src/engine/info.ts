import { asFailure } from '../base/error.js';
import type { Facts } from '../base/json.js';
import type { OptionTable } from '../model/options.js';
import type { Context } from './context.js';

/** About this Fairlead: version, places, counts, what its resolver does, drivers with their options. */
export async function info({ records, names, drift, drivers, ipams, about }: Context): Promise<Facts> {
  return {
    ...about,
    networks: records.networks.size,
    sandboxes: records.sandboxes.size,
    endpoints: records.endpoints.size,
    names: await answered(names),
    drift: { ...drift },
    ipamDrivers: [...ipams.keys()],
    drivers: Object.fromEntries([...drivers].map(([name, { options }]) => [name, { network: helps(options.network), endpoint: helps(options.endpoint) }])),
  };
}

// Of a resolver that has ended, why: who reports that has to say it.
async function answered(resolver: Context['names']): Promise<Facts | string> {
  try {
    const { sandboxes, queries, local, cached, forwarded, refused, failed } = await resolver.stats();
    return { sandboxes, queries, local, cached, forwarded, refused, failed };
  } catch (error) {
    return asFailure(error).message;
  }
}

const helps = (table: OptionTable): Facts => Object.fromEntries(Object.entries(table).map(([name, { help }]) => [name, help]));
