import { FairleadError } from '../../../base/error.js';
import type { Fairlead } from '../../../model/fairlead.js';
import { isOfDocker } from '../../../model/of-docker.js';
import { commonFilters, parseFilters } from '../../filters.js';
import { collect } from '../../parse/pairs.js';
import type { Define } from '../../define.js';
import { removeEach } from '../../remove-each.js';
import { usage } from '../../usage.js';

const HELP = 'fairlead network prune --help';
const filters = { label: commonFilters['label'] ?? (() => false) };

/** `network prune`: removes what nothing uses, after a question. What Docker has is Docker's to prune. */
export const prune: Define = (command, shell) => {
  command
    .option('-f, --force', 'do not ask')
    .option('--filter <label=K[=V]>', 'only those', collect)
    .action(async ({ force = false, filter }: { readonly force?: boolean; readonly filter?: readonly string[] }) => {
      const wanted = parseFilters(filter, filters, HELP);
      if (!force) {
        if (!shell.world.interactive) throw usage('nobody is there to ask; -f removes without asking', HELP);
        const answer = await shell.world.ask('This removes all networks that no endpoint uses. Continue? [y/N] ');
        if (!/^y(es)?$/i.test(answer.trim())) return;
      }
      const fairlead = await shell.fairlead();
      const [networks, endpoints] = await Promise.all([fairlead.networks.list(), fairlead.endpoints.list()]);
      const used = new Set(endpoints.map(({ network }) => network));
      const unused = networks.filter((network) => !network.predefined && !network.template && !isOfDocker(network) && !used.has(network.id) && wanted(network));
      if (unused.length > 0) shell.print('Deleted Networks:');
      const names = unused.map(({ name }) => name);
      await removeEach(shell, names, removeUnused);
    });
};

async function removeUnused({ networks }: Fairlead, name: string): Promise<string | undefined> {
  try {
    await networks.remove(name, { settle: false });
    return name;
  } catch (error) {
    if (FairleadError.is(error) && KEPT.has(error.code)) return undefined;
    throw error;
  }
}

// Since the list was made somebody has begun to use it, or has removed it.
const KEPT: ReadonlySet<string> = new Set(['network-in-use', 'network-absent']);
