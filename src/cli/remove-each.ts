import type { Fairlead } from '../model/fairlead.js';
import type { Shell } from './shell.js';

/**
 * Removes these objects, many at once, and waits at the end, once, until the kernel has let go of all of them: it lets go of many in the
 * time that one takes. `remove` does not wait, and answers what is printed.
 */
export async function removeEach(shell: Shell, names: readonly string[], remove: (fairlead: Fairlead, name: string) => Promise<string | void>): Promise<void> {
  const fairlead = await shell.fairlead();
  const answers = await shell.each([...new Set(names)], (name) => remove(fairlead, name));
  if (answers) await fairlead.settled();
}
