import { readdirSync, statSync } from 'node:fs';

/**
 * A process in the namespace of this inode, which may have no file any more. `isThere` looks closer at a path: an inode is used again.
 * Undefined where there is none, or none that can be seen: one of another process namespace. It looks at every process, so
 * it is only asked when a file is lost.
 */
export function inhabitant(inode: number, isThere: (path: string) => boolean): number | undefined {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const found = pids.find((pid) => livesIn(namespaceOf(pid), inode, isThere));
  return found === undefined ? undefined : Number(found);
}

/** The path of the network namespace of a process. */
export const namespaceOf = (pid: number | string): string => `/proc/${pid}/ns/net`;

// What ends meanwhile lives nowhere.
function livesIn(path: string, inode: number, isThere: (path: string) => boolean): boolean {
  try {
    return statSync(path).ino === inode && isThere(path);
  } catch {
    return false;
  }
}
