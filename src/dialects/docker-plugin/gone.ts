import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Sandbox } from '../../model/records.js';
import { type Docker, ENDPOINT } from './docker.js';

/**
 * Removes what stands for containers that Docker took away while nobody here answered: it forgets them after a while, and says no more of them. Their ports and
 * addresses would be taken for ever. Answers whether there were any.
 */
export async function removeGone({ fairlead, log, heard }: Docker): Promise<boolean> {
  const gone = (await fairlead.sandboxes.list()).filter((each) => isGone(each) && !heard.has(each.labels[ENDPOINT] ?? ''));
  for (const { id, name } of gone) {
    log.warn('a container that Docker has forgotten is removed', { sandbox: name });
    for (const each of await fairlead.endpoints.list()) if (each.sandbox === id) await fairlead.endpoints.remove(each.id, { force: true });
    await fairlead.sandboxes.remove(id, { force: true });
  }
  return gone.length > 0;
}

// Docker removes the file of a namespace within a minute. Where not even the directory is to be seen, the file tells nothing.
const isGone = ({ handed, labels }: Sandbox): boolean =>
  handed !== undefined && labels[ENDPOINT] !== undefined && !existsSync(handed) && existsSync(dirname(handed));
