import { mkdirSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/**
 * Makes a directory of this mode, and those above it that are missing (0755). One that is there stays as it is. Throws the errors of
 * fs. Not by the `recursive` of Node: that never ends where the kernel answers ENOENT below a directory that exists, as /proc does.
 */
export function makeDirectory(path: string, mode: number): void {
  const missing: string[] = [];
  for (let at = resolve(path); !statSync(at, { throwIfNoEntry: false }); at = dirname(at)) missing.push(at);
  // In the words of the kernel, which says it only of what is below.
  if (missing.length === 0 && !statSync(path).isDirectory()) throw Object.assign(new Error(`ENOTDIR: not a directory, '${path}'`), { code: 'ENOTDIR' });
  for (const [left, each] of [...missing.entries()].reverse()) make(each, left === 0 ? mode : 0o755);
}

function make(path: string, mode: number): void {
  try {
    mkdirSync(path, { mode });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
