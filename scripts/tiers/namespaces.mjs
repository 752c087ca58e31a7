import { spawnSync } from 'node:child_process';

// A shell only to mount: /run is to be a tmpfs of our own before Node starts, whose threads cannot enter a user namespace later.
const mountRun = 'mount -t tmpfs -o mode=755 tmpfs /run && exec "$@"';

/** How a tier that makes namespaces is started here: the words before the command, or why it cannot be. */
export function waysIn() {
  if (process.getuid() === 0) return { words: [] };
  const words = ['unshare', '-Urnm', '--map-root-user', 'sh', '-c', mountRun, 'sh'];
  const trial = spawnSync(words[0], [...words.slice(1), 'true'], { encoding: 'utf8' });
  if (trial.error) return { reason: 'it needs root, or the program unshare' };
  if (trial.status !== 0) return { reason: `it needs root, or user namespaces, which this system does not allow: ${trial.stderr.trim()}` };
  return { words };
}
