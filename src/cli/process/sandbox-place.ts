import { isNamespace } from '../../base/is-namespace.js';
import type { Fairlead } from '../../model/fairlead.js';
import type { Sandbox } from '../../model/records.js';

/**
 * Where this process finds the namespace of a sandbox: at its key. A daemon with mounts of its own (it was started by `ip netns exec`,
 * or its unit has PrivateMounts=) made its namespaces there alone; they are below the root of its process then.
 */
export async function sandboxPlace(fairlead: Pick<Fairlead, 'info'>, { key }: Pick<Sandbox, 'key'>): Promise<string> {
  if (isNamespace(key)) return key;
  const { pid } = await fairlead.info();
  const beyond = `/proc/${pid}/root${key}`;
  return isNamespace(beyond) ? beyond : key;
}
