import type { EndpointTraffic } from '../model/endpoint-traffic.js';
import type { Context } from './context.js';

/** What has passed every endpoint that has a link on the host: what the link's outer end has sent, the sandbox has received. */
export async function traffic({ kernel, records }: Context): Promise<readonly EndpointTraffic[]> {
  const links = new Map((await kernel.traffic('host')).map((link) => [link.name, link]));
  return records.endpoints.list().flatMap(({ id, network, sandbox, link }): EndpointTraffic[] => {
    const seen = links.get(link?.outside ?? '');
    return seen && sandbox !== undefined ? [{ endpoint: id, network, sandbox, received: seen.sent, sent: seen.received }] : [];
  });
}
