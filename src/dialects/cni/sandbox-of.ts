import { failure } from '../../base/error.js';
import type { Attachment } from '../../cni/wire/environment.js';
import type { PortAsk } from '../../model/asks.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Sandbox } from '../../model/records.js';

/**
 * The sandbox that a container has already: by its id, or by its namespace, in which several containers of a pod live. One whose namespace is gone
 * is removed: the runtime has made another. Throws `namespace-taken` where the id is that of another namespace.
 */
export async function sandboxOf(fairlead: Fairlead, { containerId, netns }: Attachment): Promise<Sandbox | undefined> {
  const all = await fairlead.sandboxes.list();
  const found = all.find(({ name }) => name === containerId) ?? all.find(({ adopted }) => netns !== undefined && adopted === netns);
  if (found?.state === 'lost') {
    await fairlead.sandboxes.remove(found.id, { force: true });
    return undefined;
  }
  if (found && found.adopted !== netns) throw failure('namespace-taken', { path: found.adopted ?? found.key, sandbox: found.name });
  return found;
}

/** Publishes those that the sandbox has not yet: runtimes say a container's ports again for each of its networks. `undo` takes back what was done before, where that fails. */
export async function publish(fairlead: Fairlead, sandbox: Sandbox, ports: readonly PortAsk[], undo: () => Promise<void>): Promise<void> {
  const fresh = ports.filter(
    (ask) => !sandbox.ports.some(({ protocol, port, target }) => protocol === ask.protocol && port === ask.hostPort && target === ask.port),
  );
  if (fresh.length === 0) return;
  try {
    await fairlead.sandboxes.update(sandbox.id, { ports: { add: fresh } });
  } catch (error) {
    await undo();
    throw error;
  }
}
