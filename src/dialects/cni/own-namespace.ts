import { statSync } from 'node:fs';

/** Whether the namespace at this path is the one that this process is in: the host's. */
export function isOwnNamespace(path: string): boolean {
  try {
    const [own, theirs] = [statSync('/proc/self/ns/net'), statSync(path)];
    return own.ino === theirs.ino && own.dev === theirs.dev;
  } catch {
    return false;
  }
}
