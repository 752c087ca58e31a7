import { collect } from '../../parse/pairs.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';
import { usage } from '../../usage.js';
import { valueChange } from '../../value-change.js';

const HELP = 'fairlead network update --help';

interface Flags {
  readonly label?: readonly string[];
  readonly labelRm?: readonly string[];
  readonly opt?: readonly string[];
  readonly optRm?: readonly string[];
}

/** `network update`: prints the name. */
export const update: Define = (command, shell) => {
  command
    .argument('<NETWORK>', REFERENCE)
    .option('-o, --opt <K=V>', 'set an option of the driver; may repeat', collect)
    .option('--opt-rm <K>', 'set it back to its default', collect)
    .option('--label <K=V>', 'set a label; may repeat', collect)
    .option('--label-rm <K>', 'remove a label', collect)
    .action(async (name: string, flags: Flags) => {
      const labels = valueChange('--label', flags.label, flags.labelRm, HELP);
      const options = valueChange('-o', flags.opt, flags.optRm, HELP);
      if (!labels && !options) throw usage('nothing to change: give --label, --label-rm, --opt or --opt-rm', HELP);
      const network = await (await shell.fairlead()).networks.update(name, { ...(labels && { labels }), ...(options && { options }) });
      shell.print(network.name);
    });
};
