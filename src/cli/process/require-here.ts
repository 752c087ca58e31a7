import { readFileSync } from 'node:fs';
import { failure } from '../../base/error.js';
import type { Shell } from '../shell.js';

/**
 * Refuses a daemon on another machine. The command starts here, and what here has the path or the pid of that daemon's namespaces
 * is nothing, or somebody else's. A unix socket leads to no other machine. Throws `daemon-elsewhere`.
 */
export async function requireHere(shell: Shell): Promise<void> {
  const place = shell.host ?? shell.world.env['FAIRLEAD_HOST'] ?? '';
  if (!/^https?:/i.test(place)) return;
  const { boot } = await (await shell.fairlead()).info();
  if (typeof boot === 'string' && boot !== '' && boot !== readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim())
    throw failure('daemon-elsewhere', { place });
}
