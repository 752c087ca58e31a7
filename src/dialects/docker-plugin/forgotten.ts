import { FairleadError } from '../../base/error.js';
import { isOfDocker } from '../../model/of-docker.js';
import type { Network } from '../../model/records.js';
import { type Docker, MADE } from './docker.js';

/**
 * Removes those of these networks that were made for a Docker and that none has any more. Docker forgets a network whatever is said to that: one on which
 * somebody else still is stays until this is asked again.
 */
export async function removeForgotten({ fairlead, log }: Docker, networks: readonly Network[]): Promise<void> {
  for (const each of networks) {
    if (each.labels[MADE] === undefined || isOfDocker(each)) continue;
    try {
      await fairlead.networks.remove(each.id);
    } catch (error) {
      if (!FairleadError.is(error) || !KEPT.has(error.code)) throw error;
      log.info('a network that Docker has forgotten stays while it is in use', { network: each.name });
    }
  }
}

// Another host may have removed it meanwhile.
const KEPT: ReadonlySet<string> = new Set(['network-in-use', 'network-absent']);
