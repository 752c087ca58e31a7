import { readFileSync } from 'node:fs';
import type { Fairlead } from '../../model/fairlead.js';

/** Whether the daemon is on this machine, as far as it says where it is: paths and pids that it names are of its own. */
export async function isHere(fairlead: Pick<Fairlead, 'info'>): Promise<boolean> {
  const { boot } = await fairlead.info();
  return typeof boot !== 'string' || boot === '' || boot === readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}
