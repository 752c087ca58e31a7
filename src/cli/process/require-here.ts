import { failure } from '../../base/error.js';
import type { Shell } from '../shell.js';
import { isHere } from './is-here.js';

/**
 * Refuses a daemon on another machine. The command starts here, and what here has the path or the pid of that daemon's namespaces
 * is nothing, or somebody else's. A unix socket leads to no other machine. Throws `daemon-elsewhere`.
 */
export async function requireHere(shell: Shell): Promise<void> {
  const place = shell.host ?? shell.world.env['FAIRLEAD_HOST'] ?? '';
  if (!/^https?:/i.test(place)) return;
  if (!(await isHere(await shell.fairlead()))) throw failure('daemon-elsewhere', { place });
}
