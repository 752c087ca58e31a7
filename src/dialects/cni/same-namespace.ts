import { statSync } from 'node:fs';

/** Whether two paths lead to one namespace; undefined where one of them leads nowhere. */
export function isSameNamespace(one: string, other: string): boolean | undefined {
  try {
    const [a, b] = [statSync(one), statSync(other)];
    return a.ino === b.ino && a.dev === b.dev;
  } catch {
    return undefined;
  }
}

/** Whether the namespace at this path is the one that this process is in: the host's. */
export const isOwnNamespace = (path: string): boolean => isSameNamespace('/proc/self/ns/net', path) === true;
