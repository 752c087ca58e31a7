import { inspectSandbox } from '../../../model/inspect.js';
import { inspecting } from '../../inspection.js';

/** `sandbox inspect`. */
export const inspect = inspecting('SANDBOX', async (fairlead, refs) => {
  const [sandboxes, endpoints, networks] = await Promise.all([
    Promise.allSettled(refs.map((ref) => fairlead.sandboxes.get(ref))),
    fairlead.endpoints.list(),
    fairlead.networks.list(),
  ]);
  return sandboxes.map((result) => (result.status === 'fulfilled' ? { ...result, value: inspectSandbox(result.value, endpoints, networks) } : result));
});
