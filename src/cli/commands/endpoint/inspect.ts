import { failure } from '../../../base/error.js';
import { inspectEndpoint } from '../../../model/inspect.js';
import type { Endpoint, Network, Sandbox } from '../../../model/records.js';
import { inspecting } from '../../inspection.js';

/** `endpoint inspect`. */
export const inspect = inspecting('ENDPOINT', async (fairlead, refs) => {
  const [endpoints, networks, sandboxes] = await Promise.all([
    Promise.allSettled(refs.map((ref) => fairlead.endpoints.get(ref))),
    fairlead.networks.list(),
    fairlead.sandboxes.list(),
  ]);
  return Promise.allSettled(endpoints.map(async (result) => view(result, networks, sandboxes)));
});

function view(result: PromiseSettledResult<Endpoint>, networks: readonly Network[], sandboxes: readonly Sandbox[]): object {
  if (result.status === 'rejected') throw result.reason;
  const endpoint = result.value;
  const network = networks.find(({ id }) => id === endpoint.network);
  // It was there when it was asked for; its network has gone since, and it with it.
  if (!network) throw failure('endpoint-absent', { ref: endpoint.name });
  return inspectEndpoint(
    endpoint,
    network,
    sandboxes.find(({ id }) => id === endpoint.sandbox),
  );
}
