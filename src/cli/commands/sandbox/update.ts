import { collect } from '../../parse/pairs.js';
import { parsePublish } from '../../parse/publish.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';
import { tellWaiting } from '../../tell-waiting.js';
import { usage } from '../../usage.js';
import { valueChange } from '../../value-change.js';

const HELP = 'fairlead sandbox update --help';

interface Flags {
  readonly name?: string;
  readonly label?: readonly string[];
  readonly labelRm?: readonly string[];
  readonly publishAdd?: readonly string[];
  readonly publishRm?: readonly string[];
}

/** `sandbox update`: prints the name. */
export const update: Define = (command, shell) => {
  command
    .argument('<SANDBOX>', REFERENCE)
    .option('--name <NAME>', 'its new name')
    .option('--label <K=V>', 'set a label; may repeat', collect)
    .option('--label-rm <K>', 'remove a label', collect)
    .option('--publish-add <PORT>', "publish a port more: '8080:80'; may repeat", collect)
    .option('--publish-rm <PORT>', "withdraw one: '80', '8080:80'; may repeat", collect)
    .action(async (ref: string, { name, label, labelRm, publishAdd, publishRm }: Flags) => {
      const labels = valueChange('--label', label, labelRm, HELP);
      const [add, remove] = [publishAdd?.map(parsePublish), publishRm?.map(parsePublish)];
      const ports = (add ?? remove) && { ...(add && { add }), ...(remove && { remove }) };
      if (name === undefined && !labels && !ports) throw usage('nothing to change: give --name, --label, --label-rm, --publish-add or --publish-rm', HELP);
      const { sandboxes } = await shell.fairlead();
      const sandbox = await sandboxes.update(ref, { ...(name !== undefined && { name }), ...(labels && { labels }), ...(ports && { ports }) });
      if (add) await tellWaiting(shell, sandbox);
      shell.print(sandbox.name);
    });
};
