import { collect } from '../../parse/pairs.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';
import { usage } from '../../usage.js';
import { valueChange } from '../../value-change.js';

const HELP = 'fairlead sandbox update --help';

interface Flags {
  readonly name?: string;
  readonly label?: readonly string[];
  readonly labelRm?: readonly string[];
}

/** `sandbox update`: prints the name. */
export const update: Define = (command, shell) => {
  command
    .argument('<SANDBOX>', REFERENCE)
    .option('--name <NAME>', 'its new name')
    .option('--label <K=V>', 'set a label; may repeat', collect)
    .option('--label-rm <K>', 'remove a label', collect)
    .action(async (ref: string, { name, label, labelRm }: Flags) => {
      const labels = valueChange('--label', label, labelRm, HELP);
      if (name === undefined && !labels) throw usage('nothing to change: give --name, --label or --label-rm', HELP);
      const { sandboxes } = await shell.fairlead();
      shell.print((await sandboxes.update(ref, { ...(name !== undefined && { name }), ...(labels && { labels }) })).name);
    });
};
