import { statfsSync } from 'node:fs';

// NSFS_MAGIC, and PROC_SUPER_MAGIC of kernels that had namespaces there, of include/uapi/linux/magic.h.
const NAMESPACES: ReadonlySet<number> = new Set([0x6e736673, 0x9fa0]);

/** Whether a namespace is at this path, as far as this process sees it: not a file or a directory, and not nothing. */
export function isNamespace(path: string): boolean {
  try {
    return NAMESPACES.has(statfsSync(path).type);
  } catch {
    return false;
  }
}
