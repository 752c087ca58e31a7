import type { NetworkChange } from '../../../model/asks.js';
import { EGRESS, egressChange } from '../../parse/egress.js';
import { collect } from '../../parse/pairs.js';
import { type RateFlags, rateChangeFlags, ratesChange } from '../../rate-flags.js';
import type { Define } from '../../define.js';
import { REFERENCE } from '../../references.js';
import { usage } from '../../usage.js';
import { valueChange } from '../../value-change.js';

const HELP = 'fairlead network update --help';

interface Flags extends RateFlags {
  readonly label?: readonly string[];
  readonly labelAdd?: readonly string[];
  readonly labelRm?: readonly string[];
  readonly opt?: readonly string[];
  readonly egress?: readonly string[];
  readonly optRm?: readonly string[];
}

/** `network update`: prints the name. */
export const update: Define = (command, shell) => {
  command
    .argument('<NETWORK>', REFERENCE)
    .option('-o, --opt <K=V>', 'set an option of the driver; may repeat', collect)
    .option('--opt-rm <K>', 'set one back to its default; may repeat', collect)
    .option('--egress <WHERE>', `${EGRESS} ('default': all)`, collect);
  rateChangeFlags(command, 'each sandbox on it', 'no limit')
    .option('--label-add <K=V>', 'set a label; may repeat', collect)
    .addOption(command.createOption('--label <K=V>', 'the same').argParser(collect).hideHelp())
    .option('--label-rm <K>', 'remove a label; may repeat', collect)
    .action(async (name: string, flags: Flags) => {
      const change = asked(flags);
      if (Object.keys(change).length === 0) throw usage('nothing to change: give a flag that says what', HELP);
      const network = await (await shell.fairlead()).networks.update(name, change);
      shell.print(network.name);
    });
};

function asked({ label = [], labelAdd = [], labelRm, opt, optRm, egress, ...flags }: Flags): NetworkChange {
  const labels = valueChange('--label-add', [...label, ...labelAdd], labelRm, HELP);
  const options = valueChange('-o', opt, optRm, HELP);
  const ways = egressChange(egress, HELP);
  return { ...(labels && { labels }), ...(options && { options }), ...(ways !== undefined && { egress: ways }), ...ratesChange(flags) };
}
