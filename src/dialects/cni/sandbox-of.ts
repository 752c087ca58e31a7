import { FairleadError, failure } from '../../base/error.js';
import { familyOf, isUnspecified, parseIp } from '../../ip/ip.js';
import type { Attachment } from '../../cni/wire/environment.js';
import type { PortAsk } from '../../model/asks.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { PublishedPort, Sandbox } from '../../model/records.js';
import { calledAfter } from './called-after.js';
import { LABELS } from './labels.js';
import { isSameNamespace } from './same-namespace.js';

/**
 * The sandbox that a container has already: by its id, or by its namespace, in which several containers of a pod live. One whose namespace is gone, or is not the
 * one that is at its path now, is removed: the runtime has made another. Throws `namespace-taken` where the id is that of another namespace.
 */
export async function sandboxOf(fairlead: Fairlead, { containerId, netns }: Attachment): Promise<Sandbox | undefined> {
  const all = await fairlead.sandboxes.list();
  const found = all.find(({ name }) => name === calledAfter(containerId)) ?? all.find(({ adopted }) => netns !== undefined && adopted === netns);
  if (found && (found.state === 'lost' || isReplaced(found, netns))) {
    // What a person made is theirs: somebody may be in that namespace still.
    if (found.state === 'lost' || found.labels[LABELS.container] !== undefined) await fairlead.sandboxes.remove(found.id, { force: true });
    return undefined;
  }
  // Others may name the same namespace by another path: /var/run is /run.
  if (found && found.adopted !== netns && (netns === undefined || isSameNamespace(found.key, netns) !== true))
    throw failure('namespace-taken', { path: found.adopted ?? found.key, sandbox: found.name });
  return found;
}

/** The sandbox that has adopted a container's namespace by another path: /var/run is /run. Only what was refused is asked for, so that no other container waits. */
export async function holderOf(fairlead: Fairlead, { netns }: Attachment, refused: unknown): Promise<Sandbox | undefined> {
  if (!FairleadError.is(refused) || refused.code !== 'namespace-taken' || netns === undefined) return undefined;
  const found = (await fairlead.sandboxes.list()).find(({ name }) => name === refused.values['sandbox']);
  return found?.state === 'active' && found.adopted !== undefined && isSameNamespace(found.key, netns) === true ? found : undefined;
}

// We hold on to a namespace as long as its sandbox is there: that one is of nobody any more.
const isReplaced = ({ adopted, key }: Sandbox, netns: string | undefined): boolean =>
  netns !== undefined && adopted === netns && isSameNamespace(key, netns) === false;

/** Publishes those that the sandbox has not yet: runtimes say a container's ports again for each of its networks. `undo` takes back what was done before, where that fails. */
export async function publish(fairlead: Fairlead, sandbox: Sandbox, ports: readonly PortAsk[], undo: () => Promise<void>): Promise<void> {
  const fresh = ports.filter((ask) => !sandbox.ports.some((port) => isSaid(port, ask)));
  if (fresh.length === 0) return;
  try {
    await fairlead.sandboxes.update(sandbox.id, { ports: { add: fresh } });
  } catch (error) {
    await undo();
    throw error;
  }
}

/** Whether a published port is what is asked for: all addresses are said by none, and hold one that is said of their family. */
export function isSaid({ protocol, ip, port, target }: PublishedPort, ask: PortAsk): boolean {
  if (protocol !== ask.protocol || port !== ask.hostPort || target !== ask.port) return false;
  const wished = ask.hostIp === undefined ? undefined : parseIp(ask.hostIp);
  return wished === undefined || ip === wished || (isUnspecified(ip) && familyOf(ip) === familyOf(wished));
}
