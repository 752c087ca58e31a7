import type { Family } from '../ip/types.js';
import { leadsOut } from '../model/endpoint-routes.js';
import type { Endpoint } from '../model/records.js';
import type { Context } from './context.js';
import { driverOf, sceneOf } from './describe.js';

/** The families for which an endpoint could be the way out of its sandbox. */
export const waysOut = (context: Context, endpoint: Endpoint): readonly Family[] => saidOf('waysOut', context, endpoint);

/** The families for which it could be that besides, where no other endpoint could. */
export const mayLeadOut = (context: Context, endpoint: Endpoint): readonly Family[] => saidOf('mayLeadOut', context, endpoint);

function saidOf(what: 'waysOut' | 'mayLeadOut', context: Context, endpoint: Endpoint): readonly Family[] {
  if (!leadsOut(endpoint.options)) return [];
  const network = context.records.networks.get(endpoint.network);
  return driverOf(context, network.driver)[what]?.({ ...sceneOf(context, network), endpoint }) ?? [];
}

/**
 * Whether a sandbox with these endpoints is to be given a way out: none of their networks has one, one of them is no internal one and gives addresses, and
 * none leads outside by itself. Where others give the addresses they say what leads outside, and a lease that is lost is no reason for
 * another way; nor is an endpoint that is not to lead outside. The one that it was given counts as none. Source: libnetwork's default gateway network.
 */
export function lacksWayOut(context: Context, endpoints: readonly Endpoint[]): boolean {
  const own = endpoints.filter(({ automatic }) => !automatic);
  const networks = own.map(({ network }) => context.records.networks.get(network));
  const traits = networks.map(({ driver }) => driverOf(context, driver).traits);
  const wanted = networks.some(({ internal, pools }, index) => !internal && pools.length > 0 && traits[index]?.shared && leadsOut(own[index]?.options ?? {}));
  const outside = networks.some(({ pools, driver }, index) => {
    const [endpoint, itself] = [own[index], traits[index]?.outside];
    return itself || pools.some((pool) => pool.outside) || (endpoint && driverOf(context, driver).leadsNowhere?.(endpoint));
  });
  return wanted && !outside && own.every((endpoint) => waysOut(context, endpoint).length === 0);
}
