import type { EndpointTraffic } from '../model/endpoint-traffic.js';
import { passesHost } from '../model/publishing.js';
import type { Context } from './context.js';

/** What has passed every endpoint: what the link's end on the host has sent, the sandbox has received; one that is on a wire by itself has its link in the sandbox alone. */
export async function traffic(context: Context): Promise<readonly EndpointTraffic[]> {
  const { kernel, records } = context;
  const links = new Map((await kernel.traffic('host')).map((link) => [link.name, link]));
  const found = records.endpoints.list().map(async ({ id, network, sandbox, link }): Promise<readonly EndpointTraffic[]> => {
    if (sandbox === undefined || !link) return [];
    if (!passesHost(records.networks.get(network))) {
      const inside = (await linksOf(context, sandbox)).find(({ name }) => name === link.inside);
      return inside ? [{ endpoint: id, network, sandbox, received: inside.received, sent: inside.sent }] : [];
    }
    const seen = links.get(link.outside);
    return seen ? [{ endpoint: id, network, sandbox, received: seen.sent, sent: seen.received }] : [];
  });
  return (await Promise.all(found)).flat();
}

// A sandbox may go meanwhile.
const linksOf = ({ kernel, records }: Context, sandbox: string) => kernel.traffic(records.sandboxes.get(sandbox).stack).catch(() => []);
