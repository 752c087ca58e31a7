import { FairleadError } from '../../base/error.js';
import type { Attachment } from '../../cni/wire/environment.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { RemoveHow } from '../../model/asks.js';
import type { Endpoint } from '../../model/records.js';
import { findNetwork } from './ensure-network.js';
import { isDelegated, tellIpam } from './ipam-plugin.js';
import { endpointFor, portsOf } from './labels.js';
import { nameOf } from './read-wish.js';
import { isSaid } from './sandbox-of.js';
import type { AskedOf, CniService } from './service.js';

/** Disconnects a container. What is gone already is no error: a runtime asks again until it is told that nothing is left. */
export async function del({ fairlead, queues }: CniService, asked: AskedOf): Promise<void> {
  const { about, input } = asked;
  await queues.run({ exclusive: [`container/${about.containerId}`] }, () => detach(fairlead, nameOf(input), about, isDelegated(asked) ? { settle: true } : {}));
  // Only now may the address be another's.
  await tellIpam(asked);
}

async function detach(fairlead: Fairlead, name: string, about: Attachment, how: RemoveHow): Promise<void> {
  const network = await findNetwork(fairlead, name);
  const endpoint = network && endpointFor(await fairlead.endpoints.list(), network, about);
  if (endpoint) await remove(fairlead, endpoint, how);
}

// Ports that it alone brought. Runtimes say a container's ports again for each of its networks.
async function withdraw(fairlead: Fairlead, sandbox: string, gone: Endpoint, others: readonly Endpoint[]): Promise<void> {
  const kept = new Set(others.flatMap(portsOf).map((port) => JSON.stringify(port)));
  const { ports } = await fairlead.sandboxes.get(sandbox);
  const remove = portsOf(gone).filter((ask) => !kept.has(JSON.stringify(ask)) && ports.some((port) => isSaid(port, ask)));
  if (remove.length > 0) await fairlead.sandboxes.update(sandbox, { ports: { remove } });
}

/** Removes an endpoint that a runtime had made, and its sandbox with the last of them. */
export async function remove(fairlead: Fairlead, endpoint: Endpoint, how: RemoveHow): Promise<void> {
  const { sandbox } = endpoint;
  const others =
    sandbox === undefined ? [] : (await fairlead.endpoints.list()).filter((each) => each.sandbox === sandbox && each.id !== endpoint.id && !each.automatic);
  try {
    if (sandbox !== undefined && others.length === 0) await fairlead.sandboxes.remove(sandbox, { ...how, force: true });
    else {
      // Before it goes: who asks again, because this failed, finds it there.
      if (sandbox !== undefined) await withdraw(fairlead, sandbox, endpoint, others);
      await fairlead.endpoints.remove(endpoint.id, { ...how, force: true });
    }
  } catch (error) {
    if (!FairleadError.is(error) || (error.code !== 'sandbox-absent' && error.code !== 'endpoint-absent')) throw error;
  }
}
