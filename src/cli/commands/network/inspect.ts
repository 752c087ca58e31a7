import { inspectNetwork } from '../../../model/inspect.js';
import { inspecting } from '../../inspection.js';

/** `network inspect`. */
export const inspect = inspecting('NETWORK', async (fairlead, refs) => {
  const [networks, endpoints, sandboxes, hosts] = await Promise.all([
    Promise.allSettled(refs.map((ref) => fairlead.networks.get(ref))),
    fairlead.endpoints.list(),
    fairlead.sandboxes.list(),
    fairlead.hosts.list(),
  ]);
  return networks.map((result) => (result.status === 'fulfilled' ? { ...result, value: inspectNetwork(result.value, endpoints, sandboxes, hosts) } : result));
});
