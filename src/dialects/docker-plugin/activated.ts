import { isOfDocker } from '../../model/of-docker.js';
import { removeForgotten } from './forgotten.js';
import { removeGone } from './gone.js';
import { type Docker, ENDPOINT, KEPT, ownHost } from './docker.js';

/**
 * `Plugin.Activate`: a Docker begins. It has no call under way, so an address that it took and never used, and an endpoint that it never joined, are those of
 * one that was killed between two calls: it does not know them, and would never give them back. What it keeps for a network of its own it knows.
 */
export async function activated(docker: Docker): Promise<void> {
  const { fairlead, log, promised } = docker;
  promised.clear();
  await removeGone(docker).catch((error: unknown) => log.warn('what Docker has forgotten cannot be removed', { error: String(error) }));
  const networks = await fairlead.networks.list();
  const docks = new Set(networks.filter(isOfDocker).map(({ id }) => id));
  const here = await ownHost(fairlead);
  for (const { id, name, labels, network, sandbox, host = here } of await fairlead.endpoints.list()) {
    const keeps = labels[KEPT] !== undefined && docks.has(network);
    if (labels[ENDPOINT] === undefined || keeps || sandbox !== undefined || host !== here) continue;
    log.info('what a Docker that was killed had asked for is given back', { endpoint: name });
    await fairlead.endpoints.remove(id).catch((error: unknown) => log.warn('it cannot be given back', { endpoint: name, error: String(error) }));
  }
  await removeForgotten(docker, networks);
}
