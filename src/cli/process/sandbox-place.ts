import { statfsSync } from 'node:fs';
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

// include/uapi/linux/magic.h: NSFS_MAGIC.
function isNamespace(path: string): boolean {
  try {
    return statfsSync(path).type === 0x6e736673;
  } catch {
    return false;
  }
}
