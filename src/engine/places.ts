import type { Holder, Place } from '../model/ipam.js';
import type { Context } from './context.js';
import { driverOf } from './describe.js';

/** Where the segment of an endpoint's network is spoken to now: by its own link while it is in a sandbox, and by that of the network. */
export function placesOf(context: Context, { endpoint: id, network: on }: Holder): { readonly own?: Place; readonly segment?: Place } {
  const { records } = context;
  const [endpoint, network] = [records.endpoints.find(id), records.networks.find(on)];
  const sandbox = endpoint?.state === 'active' && endpoint.sandbox !== undefined ? records.sandboxes.find(endpoint.sandbox) : undefined;
  const segment = network && driverOf(context, network.driver).segment?.(network);
  return {
    ...(endpoint?.link && sandbox?.state === 'active' && { own: { stack: sandbox.stack, link: endpoint.link.inside } }),
    ...(segment && { segment }),
  };
}
