import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * The path of a namespace as the daemon can open it. To the daemon a relative path and `self` are others than to this process: so the
 * folder is looked up here, which makes `/proc/self/ns` this process's own. The file stays: those of /proc/PID/ns lead nowhere by name.
 */
export function namespacePath(text: string): string {
  if (text === '' || (text.startsWith('/') && !OWN.test(text))) return text;
  const path = resolve(text);
  try {
    return join(realpathSync(dirname(path)), basename(path));
  } catch {
    // The daemon says what is wrong with it.
    return path;
  }
}

/** proc(5): links that are different ones for each who follows them. */
const OWN = /^\/(proc\/(self|thread-self)|dev\/fd)\//;
